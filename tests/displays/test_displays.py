"""Displays show the given data, on the caller's Axes or their own, with no text cut off."""

import sys
from copy import deepcopy
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.exceptions import NotFittedError

from sklearn_gan import GANImputer, GANOversampler
from sklearn_gan._runtime.plot_style import GENERATED, REAL, label_of, labels_of, luminance, write_time
from sklearn_gan.displays import ParentsDisplay, SyntheticDataDisplay, TrainingDisplay

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def plt(monkeypatch):
    """The pyplot module with a non-interactive backend; open figures are closed after the test."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


@pytest.fixture(scope="module")
def fitted():
    """A sampler trained for four records, and its table; tests must not change its random state."""
    y = np.repeat([0, 1], [60, 15])
    X = np.random.default_rng(0).normal(size=(75, 5)) + y[:, None]
    sampler = GANOversampler(
        generator="residual", max_steps=200, hidden_layer_sizes=(8,), n_candidates=1, random_state=0
    )
    return sampler.fit(X, y), X, y


def long_names(X):
    return pd.DataFrame(X).rename(columns=lambda j: f"Überweisungssumme_${'x' * 60}$_der_letzten_Monate {j}")


def is_cut_off(figure):
    """Return whether anything extends beyond the edges of a figure."""
    figure.canvas.draw()
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    return min(box.x0, box.y0) < -0.01 or box.x1 > width + 0.01 or box.y1 > height + 0.01


# Training


def test_training_lines_match_the_history(fitted):
    sampler = fitted[0]
    display = TrainingDisplay.from_estimator(sampler)
    assert set(display.lines_) == {"generator_loss", "discriminator_loss", "coverage", "density"}
    for name, line in display.lines_.items():
        np.testing.assert_array_equal(line.get_xdata(), [50, 100, 150, 200])
        np.testing.assert_array_equal(line.get_ydata(), sampler.history_[:, name])


def test_selected_checkpoints_are_marked_in_each_panel(make_sampler, numbers):
    sampler = make_sampler(max_steps=100).fit(*numbers)
    display = TrainingDisplay.from_estimator(sampler)
    steps = [checkpoint.step for checkpoint in sampler.net_.kept_]
    assert len(steps) == 2
    assert [line.get_xdata()[0] for line in display.kept_lines_] == steps * 2


def test_legend_lists_checkpoint_steps_in_one_entry():
    losses = {"generator_loss": [1, 2]}
    display = TrainingDisplay(steps=[50, 100], losses=losses, kept_steps=[100, 50]).plot()
    labels = [text.get_text() for text in display.ax_[0].get_legend().get_texts()]
    assert labels == ["generator loss", "checkpoint selected at steps 50 and 100"]


@pytest.mark.parametrize(
    "estimator, names",
    [
        (GANOversampler(mode="autoencoder", max_steps=3), ["reconstruction_error"]),
        (GANImputer(max_steps=3), ["generator_loss", "discriminator_loss", "reconstruction_loss"]),
    ],
)
def test_history_without_coverage_has_one_panel(estimator, names, numbers):
    display = TrainingDisplay.from_estimator(estimator.fit(*numbers))
    assert len(display.ax_) == 1 and list(display.lines_) == names
    assert not display.kept_lines_


def test_line_kw_sets_the_line_style(fitted):
    display = TrainingDisplay.from_estimator(fitted[0], line_kw={"linewidth": 7})
    assert all(line.get_linewidth() == 7 for line in display.lines_.values())


def test_losses_need_one_value_per_step():
    with pytest.raises(ValueError, match="for each of 2 steps, got 3"):
        TrainingDisplay(steps=[50, 100], losses={"generator_loss": [1, 2, 3]}).plot()


# Synthetic and real rows


def test_default_display_shows_all_kinds_for_the_smallest_class(fitted):
    sampler, X, y = fitted
    display = SyntheticDataDisplay.from_estimator(sampler, X, y, n_samples=40)
    assert len(display.marginals) == 5 and len(display.ax_) == 7
    assert [len(points) for points in display.plane] == [(y == 1).sum(), 40]
    assert display.difference.shape == (5, 5)
    np.testing.assert_array_equal(display.image_.get_array(), display.difference)
    np.testing.assert_array_equal(display.points_[1].get_offsets(), display.plane[1])


def test_displays_do_not_change_the_sampler(make_sampler, numbers):
    X, y = numbers
    used, untouched = (make_sampler(generator="residual").fit(X, y) for _ in range(2))
    SyntheticDataDisplay.from_estimator(used, X, y)
    ParentsDisplay.from_estimator(used, X)
    np.testing.assert_array_equal(used.sample(5, y=1), untouched.sample(5, y=1))


def test_displays_accept_a_generator_that_cannot_be_pickled(make_sampler, numbers):
    class Generator(torch.nn.Linear):
        def __init__(self, latent_dim, n_classes, n_features):
            super().__init__(latent_dim, n_features)

        def forward(self, noise, labels):
            return super().forward(noise)

    sampler = make_sampler(generator=Generator).fit(*numbers)
    SyntheticDataDisplay.from_estimator(sampler, *numbers)


def test_table_compared_with_itself_shows_no_difference(mixed):
    display = SyntheticDataDisplay.from_tables(mixed[0], mixed[0])
    assert all(marginal.distance == 0 for marginal in display.marginals)
    assert not display.difference.any()
    np.testing.assert_array_equal(*display.plane)


def test_most_different_columns_come_first_and_the_rest_are_counted(plt):
    X = np.random.default_rng(0).normal(size=(50, 200))
    display = SyntheticDataDisplay.from_tables(X, X + 9 * (np.arange(200) == 123), kind="marginals")
    assert len(display.ax_) == 12 and display.marginals[0].name == 123
    assert any("12 of 200 columns" in text.get_text() for text in display.figure_.findobj(matplotlib.text.Text))
    assert len(display.plot(max_columns=3).ax_) == 3


def test_histograms_and_bars_show_shares():
    real, synthetic = [[1.5, "a"], [2.5, "b"], [None, "b"]], [[1.5, "b"], [2.5, "b"], [9.5, None]]
    display = SyntheticDataDisplay.from_tables(real, synthetic, kind="marginals")
    panel = {marginal.kind: ax for marginal, ax in zip(display.marginals, display.ax_, strict=True)}
    assert [stairs.get_data().values.sum() for stairs in panel["number"].patches] == pytest.approx([1, 1])
    widths = [[bar.get_width() for bar in bars] for bars in panel["category"].containers]
    np.testing.assert_allclose(widths, [[2 / 3, 1 / 3], [1, 0]])
    assert "missing: 33% real, 0% synthetic" in panel["number"].get_xlabel()


@pytest.mark.parametrize("n_columns, first, title", [(40, "column 0", ""), (41, "0", "column position")])
def test_associations_of_many_columns_are_labelled_by_position(n_columns, first, title):
    X = np.random.default_rng(0).normal(size=(30, n_columns))
    X = pd.DataFrame(X).rename(columns="column {}".format)
    ax = SyntheticDataDisplay.from_tables(X, X, kind="associations").ax_[0]
    ax.figure.canvas.draw()
    for axis in (ax.xaxis, ax.yaxis):
        written = {tick.get_loc(): tick.label1.get_text() for tick in axis.get_major_ticks()}
        assert written[0] == first
    assert ax.get_xlabel() == title


def test_rare_categories_share_a_bar():
    table = [[f"category {j % 30}"] for j in range(60)]
    display = SyntheticDataDisplay.from_tables(table, table, kind="marginals")
    labels = [label.get_text() for label in display.ax_[0].get_yticklabels()]
    assert len(labels) == 7 and labels[-1] == "24 others"
    assert sum(bar.get_width() for bar in display.ax_[0].containers[0]) == pytest.approx(1)


def test_plane_is_fitted_on_the_real_rows():
    real = np.random.default_rng(0).normal(size=(50, 3)) * [1, 1, 0]
    display = SyntheticDataDisplay.from_tables(real, real[:1] + 1e3, others=real[:7], kind="plane")
    assert sum(display.explained) == pytest.approx(1)
    np.testing.assert_allclose(display.plane[0].mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(display.others, display.plane[0][:7])


def test_show_others_adds_rows_of_other_classes(fitted):
    sampler, X, y = fitted
    display = SyntheticDataDisplay.from_estimator(sampler, X, y, kind="plane", show_others=True)
    assert len(display.others) == (y == 0).sum()


def test_displays_accept_every_dataframe_library(in_library, mixed, make_sampler):
    X, y = in_library(mixed[0]), mixed[1].to_numpy()
    sampler = make_sampler(generator="residual").fit(X, y)
    display = SyntheticDataDisplay.from_estimator(sampler, X, y, n_samples=20)
    kinds = [marginal.kind for marginal in display.marginals]
    assert (kinds.count("number"), kinds.count("category")) == (6, 5)
    assert len(ParentsDisplay.from_estimator(sampler, X).cells) == 11


@pytest.mark.parametrize("convert", [sparse.coo_array, sparse.csc_array, np.ndarray.tolist])
def test_displays_accept_sparse_tables_and_lists(convert, numbers, make_sampler):
    X, y = convert(numbers[0]), numbers[1]
    sampler = make_sampler(generator="residual").fit(X, y)
    assert len(SyntheticDataDisplay.from_estimator(sampler, X, y, n_samples=9).marginals) == 5
    assert len(ParentsDisplay.from_estimator(sampler, X).shown_) == 5


def test_displays_accept_uninformative_columns():
    real = pd.DataFrame({"empty": [np.nan] * 3, "constant": [1.0] * 3, "none": pd.Series([None] * 3, dtype=object)})
    display = SyntheticDataDisplay.from_tables(real, real)
    assert len(display.ax_) == 5 and display.explained == (0, 0)


@pytest.mark.parametrize(
    "params, message",
    [
        ({"label": 7}, "Expected rows of class 7"),
        ({"kind": "moments"}, "Expected `kind` to be one of 'marginals'"),
        ({"ax": [None] * 3}, "Expected 7 Axes, one per panel, or a single Axes to divide, got 3"),
    ],
)
def test_invalid_arguments_are_refused(params, message, fitted):
    with pytest.raises(ValueError, match=message):
        SyntheticDataDisplay.from_estimator(*fitted, **params)


def test_plane_of_one_row_and_empty_display_are_refused():
    with pytest.raises(ValueError, match="at least 2 real rows to span a plane, got 1"):
        SyntheticDataDisplay.from_tables([[1, 2]], [[1, 2]], kind="plane")
    with pytest.raises(ValueError, match="to plot, got none"):
        SyntheticDataDisplay().plot()


# Parents


def test_parents_match_sample_in_order_of_weight(fitted):
    sampler, X, _ = fitted
    display = ParentsDisplay.from_estimator(sampler, X)
    generated, parents, weights = deepcopy(sampler).sample(256, y=1, return_parents=True)
    assert set(display.positions) == set(parents[0][weights[0] >= 0.005])
    assert (np.diff(display.weights) <= 0).all() and sum(display.weights) == pytest.approx(1, abs=0.03)
    assert [bar.get_height() for bar in display.bars_] == pytest.approx(list(display.weights))
    expected = np.abs(X[display.positions] - generated[0]).T / X.std(axis=0)[:, None]
    np.testing.assert_allclose(display.distances, expected)


@pytest.mark.parametrize("take", [lambda X: X[:1], lambda X: X[["c", "big", "n"]][:1], lambda X: X.to_numpy()[:1]])
def test_values_are_formatted_exactly(take):
    X = pd.DataFrame({"n": [1.0, 2.0, np.nan], "c": ["a", "b", None], "big": [123456, 0, 5]})
    display = ParentsDisplay.from_sample(X, take(X), [[2, 1, -1]], [[0.3, 0.7, 0]])
    assert display.cells == [["1", "2", "missing"], ["a", "b", "missing"], ["123456", "0", "5"]]
    np.testing.assert_allclose(display.distances[:2], [[2, 1], [1, 1]])
    assert display.ax_[1].get_xticklabels()[1].get_text() == "row 1"


@pytest.mark.parametrize(
    "weights, shown", [([0.004, 0.9, 0.096], [1, 2]), ([0.0051, 0.99, 0.0049], [1, 0]), ([0.002, 0.003, 0.002], [1])]
)
def test_parents_of_negligible_weight_are_not_shown(weights, shown):
    display = ParentsDisplay.from_sample(np.eye(3), np.eye(3)[:1], [[0, 1, 2]], [weights])
    assert display.positions.tolist() == shown and display.weights.tolist() == [weights[row] for row in shown]
    assert len(display.bars_) == len(display.cells[0]) - 1 == len(shown)


@pytest.mark.parametrize(
    "parents, weights, hatched",
    [
        ([0, 1, 2], [0.3, 0.5, 0.2], [False, True, False]),
        ([2, 1, -1], [0.6, 0.4, 0], [True, False]),
        ([0, 1, 2], [0.004, 0.5, 0.496], [False, False]),  # the first parent is not shown
        ([1, -1, -1], [1, 0, 0], [False]),
    ],
)
def test_first_of_several_parents_is_marked(parents, weights, hatched):
    display = ParentsDisplay.from_sample(np.eye(3), np.eye(3)[:1], [parents], [weights])
    assert display.first_parent == parents[0]
    assert [bool(bar.get_hatch()) for bar in display.bars_] == hatched
    legend = display.ax_[0].get_legend()
    assert (legend is not None) == any(hatched)


def test_max_columns_shows_the_most_different_columns():
    X = np.zeros((2, 200))
    X[1, [3, 150]] = 1, 2
    display = ParentsDisplay.from_sample(X, X[:1], [[1]], [[1.0]], max_columns=2)
    assert sorted(display.shown_) == [3, 150]
    assert "2 of 200 columns" in display.ax_[1].get_xlabel()


def test_parents_of_other_rows_are_refused(numbers):
    X_resampled, parents = np.vstack([numbers[0], numbers[0][:1]]), [[3, 4]]  # parents of the last row only
    with pytest.raises(ValueError, match=r"Expected parents and weights of 76 generated row"):
        ParentsDisplay.from_sample(numbers[0], X_resampled, parents, [[0.5, 0.5]])


def test_rows_generated_from_noise_have_no_parents_to_show(make_sampler, numbers):
    sampler = make_sampler(generator="noise").fit(*numbers)
    with pytest.raises(ValueError, match=r"without parents from generator='noise'. Fit .*\"residual\""):
        ParentsDisplay.from_estimator(sampler, numbers[0])
    with pytest.raises(ValueError, match="got row 1, which has no parents"):
        ParentsDisplay.from_sample(numbers[0], numbers[0][:2], [[3], [-1]], [[1], [0]], row=1)


def test_parents_display_needs_the_fitted_table(fitted):
    sampler, X, _ = fitted
    with pytest.raises(ValueError, match="Expected `X` to be the table the sampler was fitted on"):
        ParentsDisplay.from_estimator(sampler, X[:20])


# All displays


DISPLAYS = {
    "training": lambda sampler, X, y, **params: TrainingDisplay.from_estimator(sampler, **params),
    "tables": SyntheticDataDisplay.from_estimator,
    "plane": partial(SyntheticDataDisplay.from_estimator, kind="plane"),
    "parents": lambda sampler, X, y, **params: ParentsDisplay.from_estimator(sampler, X, **params),
}


@pytest.mark.parametrize("draw", DISPLAYS.values(), ids=DISPLAYS)
def test_single_axes_is_divided_without_a_new_figure(draw, fitted, plt):
    figure, (left, right) = plt.subplots(1, 2, figsize=(20, 8), layout="constrained")
    display = draw(*fitted, ax=right)
    assert display.figure_ is figure and plt.get_fignums() == [figure.number]
    figure.canvas.draw()
    assert all(ax.figure is figure and ax.get_position().x0 > left.get_position().x1 for ax in display.ax_)


def test_axes_outside_a_grid_is_divided(fitted, plt):
    figure = plt.figure()
    display = TrainingDisplay.from_estimator(fitted[0], ax=figure.add_axes((0.5, 0.5, 0.5, 0.5)))
    assert all(ax.get_position().x0 > 0.49 and ax.get_position().y0 > 0.49 for ax in display.ax_)


def test_one_axes_per_panel_is_used(fitted, plt):
    sampler, X, y = fitted
    axes = plt.subplots(2, 1)[1]
    assert list(TrainingDisplay.from_estimator(sampler, ax=axes).ax_) == list(axes)
    assert list(ParentsDisplay.from_estimator(sampler, X, ax=plt.subplots(1, 2)[1]).ax_) == plt.gcf().axes[:2]
    panels = plt.subplots(2, 4)[1][:, :3]
    kinds = ("marginals", "plane")
    display = SyntheticDataDisplay.from_estimator(sampler, X, y, kind=kinds, ax=panels)
    assert list(display.ax_) == panels.ravel().tolist()
    with pytest.raises(ValueError, match="Expected 2 Axes"):
        TrainingDisplay.from_estimator(sampler, ax=panels)


@pytest.mark.parametrize("n_columns", [3, 50])  # more than 40 columns are labelled by position
def test_long_names_are_not_cut_off(n_columns, make_sampler):
    rng = np.random.default_rng(0)
    X = long_names(rng.normal(size=(75, n_columns)))
    X["Профессия клиента согласно последней заполненной анкете"] = rng.choice(["Ä" * 50, "B" * 50, "B" * 49], 75)
    y = np.repeat([0, 1], [60, 15])
    sampler = make_sampler(generator="residual", n_candidates=1).fit(X, y)
    for draw in DISPLAYS.values():
        assert not is_cut_off(draw(sampler, X, y).figure_)


@pytest.mark.parametrize(
    "draw",
    [
        lambda sampler: TrainingDisplay.from_estimator(sampler),
        lambda sampler: SyntheticDataDisplay.from_estimator(sampler, [[1]], [0]),
        lambda sampler: ParentsDisplay.from_estimator(sampler, [[1]]),
    ],
)
def test_unfitted_sampler_or_missing_matplotlib_raises(draw, make_sampler, monkeypatch):
    with pytest.raises(NotFittedError):
        draw(make_sampler())
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"Display\.from_estimator requires matplotlib"):
        draw(make_sampler())


def test_real_and_synthetic_colours_differ_in_luminance():
    real, generated = (luminance(matplotlib.colors.to_rgb(color)) for color in (REAL, GENERATED))
    assert real - generated > 0.25


@pytest.mark.parametrize(
    "count, unit, text",
    [
        (18262, "M8[D]", "2020-01-01"),
        (1577838600123456789, "M8[ns]", "2020-01-01 00:30"),
        (3661, "m8[s]", "1:01:01"),
        (26, "m8[h]", "1d 2:00"),
        (48, "m8[h]", "2d"),
        (2**62, "M8[s]", "4611686018427387904"),
    ],
)
def test_dates_and_durations_are_formatted(count, unit, text):
    assert write_time(count, unit) == text


def test_dates_are_shown_as_dates(make_sampler, numbers):
    X = pd.DataFrame({"when": np.datetime64("2020-01-01", "us") + np.arange(75).astype("m8[D]")})
    sampler = make_sampler().fit(X, numbers[1])
    figure = SyntheticDataDisplay.from_estimator(sampler, X, numbers[1], kind="marginals").figure_
    figure.canvas.draw()
    labels = [label.get_text() for ax in figure.axes for label in ax.get_xticklabels()]
    assert any(label.startswith("2020-0") for label in labels)
    values = ParentsDisplay.from_estimator(sampler, X).cells[0]
    assert all(value.startswith("2020-0") for value in values)


@pytest.mark.parametrize("n_days", [1, 2, 14, 1_500])
@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_whole_days_have_ticks_and_bins_of_days(n_days, unit):
    days = np.datetime64("2020-01-01") + np.arange(n_days)
    table = pd.DataFrame({"when": days.astype(f"M8[{unit}]")})
    ax = SyntheticDataDisplay.from_tables(table, table, kind="marginals").ax_[0]
    low, high = ax.get_xlim()
    ticks = [place for place in ax.get_xticks() if low <= place <= high]
    assert min(n_days, 2) <= len(ticks) <= 3 and ticks == list(map(int, ticks))
    labels = [ax.xaxis.get_major_formatter()(place, 0) for place in ticks]
    assert set(labels) <= set(map(str, days)) and len(labels) == len(set(labels))
    assert len(ax.patches[0].get_data().values) == min(n_days, 25)


def test_dates_with_times_keep_their_ticks():
    hours = pd.DataFrame({"when": np.datetime64("2020-01-01", "s") + np.arange(40).astype("m8[h]")})
    ax = SyntheticDataDisplay.from_tables(hours, hours, kind="marginals").ax_[0]
    assert ":" in ax.xaxis.get_major_formatter()(ax.get_xticks()[1], 0)


def test_long_labels_are_shortened_in_the_middle():
    assert label_of("a name\nof 60 letters", 11) == "a nam…tters"
    assert label_of("2$ or 3$") == r"2\$ or 3\$"


def test_similar_labels_are_shortened_where_they_agree():
    assert labels_of(["group number 07 of many", "group number 12 of many", "x"], 9) == [
        "…07 …many",
        "…12 …many",
        "x",
    ]
