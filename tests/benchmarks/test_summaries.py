"""Tables and figures of the documentation site."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import figures, records, summaries

EXPERIMENTS = sorted(path.stem for path in records.PUBLISHED.glob("*.csv"))


@pytest.fixture
def found():
    """Records of three methods; on 10 families, "ours" is ahead of "base", and "few" lacks a table."""
    rows = [
        {"family": f"f{i}", "table": f"t{i}", "fold": 0, "classifier": "tree", "method": name, "AP": score + i / 1000}
        for i in range(10)
        for name, score in (("base", 0.5), ("few", 0.5), ("ours", 0.5 + (i + 1) / 100))
        if (i, name) != (9, "few")
    ]
    return pd.DataFrame(rows)


def test_published_records_load_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(records.load("oracle")) and "oracle" in EXPERIMENTS


def test_methods_without_a_table_are_not_complete(found):
    assert summaries.complete(found) == ["base", "ours"]


def test_gains_are_the_negative_of_effects(found):
    gain = summaries.gains(found, "ours", ["base"], ["AP"])["base"]
    effect = summaries.effects(found, ["base"], "ours", ["AP"])["base"]
    pd.testing.assert_frame_equal(gain, -effect)


def test_table_of_effects_marks_significant_differences(found):
    shown = summaries.table_of_effects(summaries.gains(found, "ours", ["base", "few"], ["AP"]))
    assert shown["AP"].to_dict() == {"base": "+0.055 * (10/10)", "few": "+0.050 * (9/9)"}
    reverse = summaries.table_of_effects(summaries.effects(found.assign(AP=0.5), ["base"], "ours", ["AP"]))
    assert reverse["AP"].to_dict() == {"base": "+0.000 (0/10)"}


def test_figure_of_effects_has_a_point_for_each_row(found):
    effects = summaries.gains(found, "ours", ["base", "few"], ["AP"])
    (ax,) = figures.plot_effects(effects, "title").axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["base", "few"]
    np.testing.assert_allclose(np.asarray(ax.lines[0].get_xdata(), dtype=float), [0.055, 0.05])


def test_listed_tables_are_those_of_the_comparison():
    listed = pd.read_csv(records.PUBLISHED.with_name("tables.csv"), index_col="table")
    compared = records.load("compare").groupby("table")[["n_classes", "has_categories"]].first()
    assert listed.loc[compared.index, "classes"].tolist() == compared["n_classes"].tolist()
    assert (listed.loc[compared.index, "categorical"] > 0).tolist() == compared["has_categories"].tolist()
