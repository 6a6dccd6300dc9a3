"""The command `balance`: add synthetic rows of the rare classes to the table in a file."""

import time
from collections import Counter

from sklearn_gan import GANOversampler
from sklearn_gan._cli.files import check_holdout, check_overwrite, check_paths, check_report
from sklearn_gan._cli.holdout import read_holdout
from sklearn_gan._cli.input_table import describe_input, naming_columns, open_table, read_labels, warn_about_copies
from sklearn_gan._cli.messages import progress_lines, say
from sklearn_gan._cli.output import check_output, name_of, open_output, write_table
from sklearn_gan._cli.relation_text import describe_relations
from sklearn_gan._cli.roles import Roles, check_classes


def balance(options):
    """Write the table in a file, followed by synthetic rows of its rare classes."""
    with progress_lines(options.quiet) as progress:
        _balance(options, progress)


def _balance(options, progress):
    start = time.perf_counter()
    _check_files(options)
    progress.begin("reading the table")
    table, X, labels, categorical_features = _read_table(options)
    holdout = options.holdout and read_holdout(options.holdout, table, options.target, options)
    progress.begin("fitting", then="sampling")
    sampler = _make_sampler(options, categorical_features)
    with naming_columns(table):
        X_resampled, resampled_labels = sampler.fit_resample(X, labels)
    progress.begin("writing the report" if options.report else "writing")
    page = _make_page(sampler, X, labels, holdout, table, options.command_line) if options.report else None
    # The sampler returns the original rows first, then the synthetic ones.
    _write(options, table, X_resampled[len(labels) :], resampled_labels[len(labels) :], page)
    if not options.quiet:
        seconds = time.perf_counter() - start
        for line in _describe_result(options, table, sampler.relations_, labels, resampled_labels, seconds):
            say(line)


def _check_files(options):
    """Raise if a file cannot be read or written."""
    check_paths(options.input, options.out, options.force)
    check_report(options.report, options.input, options.force)
    check_holdout(options.holdout, options.input, options.out)


def _read_table(options):
    """Return the table, its features, the class of each row and the categorical features.

    Everything that the options require of the table is checked.
    """
    roles = Roles(options.target, tuple(options.categorical), tuple(options.exclude), options.mark)
    table = open_table(options.input, options.delimiter)
    roles.check(table.names)
    check_output(table, options.out)
    labels, n_dropped = read_labels(table, options.target, options.drop_unlabelled)
    check_classes(options.target, labels)
    _check_strategy(options.sampling_strategy, Counter(labels))
    X, categorical_features = table.features(roles)
    warn_about_copies(table, X, labels)
    if not options.quiet:
        say(describe_input(table, len(labels), n_dropped))
    return table, X, labels, categorical_features


def _make_sampler(options, categorical_features):
    return GANOversampler(
        options.sampling_strategy,
        categorical_features=categorical_features,
        relations=options.relations,
        max_steps=options.max_steps,
        device=options.device,
        random_state=options.random_state,
        verbose=int(not options.quiet),
    )


def _make_page(sampler, X, labels, holdout, table, command_line):
    """Return the report on a fitted sampler, complete, so that an error leaves no file."""
    from sklearn_gan import ResamplingReport  # imports packages that only reports need

    report = ResamplingReport(sampler, X, labels, holdout=holdout, feature_names=_feature_names(table))
    report.command_line = command_line
    report.to_html()
    return report


def _write(options, table, X, labels, page):
    """Write the table followed by synthetic rows, and the report, unless it is None."""
    with open_output(options.out) as file:
        write_table(table, options.out, file, X, labels)
        check_overwrite(options.out, options.force)  # another program may have created it during training
        if page:
            page.write_html(options.report)


def _feature_names(table):
    return [table.names[j] for j in table.feature_positions]


def _check_strategy(strategy, counts):
    """Raise if the classes, with these numbers of rows, do not allow the strategy."""
    if isinstance(strategy, float):
        _check_ratio(strategy, counts)
    elif isinstance(strategy, dict):
        for label, n_rows in strategy.items():
            if label not in counts:
                raise ValueError(
                    f"--sampling-strategy has {label!r}, but the target has {_classes(counts)}; pass one of these"
                )
            if n_rows < counts[label]:
                raise ValueError(
                    f"--sampling-strategy has {label}={n_rows}, but {label!r} already has {counts[label]} rows, and "
                    f"none are removed; pass a total of {counts[label]} or more"
                )


def _check_ratio(ratio, counts):
    if len(counts) != 2:
        raise ValueError(
            f"--sampling-strategy {ratio:g} requires 2 classes, but the target has {_classes(counts)}; pass LABEL=ROWS"
        )
    present = min(counts.values()) / max(counts.values())
    if not present <= ratio <= 1:
        raise ValueError(
            f"--sampling-strategy is {ratio:g}; expected a ratio from {present:.3g}, the present one, to 1. Pass a "
            "ratio in this range"
        )


def _classes(counts):
    return f"{len(counts)} classes: {', '.join(map(repr, sorted(counts)))}"


def _describe_result(options, table, relations, labels, resampled_labels, seconds):
    """Yield the messages about the relations, the output and the report."""
    if relations:
        yield f"Relations: {describe_relations(relations, _feature_names(table))}."
    yield _describe_output(options, labels, resampled_labels, seconds)
    if options.report:
        unknown = (
            "" if options.holdout else " Whether they reveal real rows is unknown; pass other real rows as --holdout."
        )
        yield f"{options.report}: report on the synthetic rows. It contains real rows.{unknown}"


def _describe_output(options, labels, resampled_labels, seconds):
    before, after = Counter(labels), Counter(resampled_labels)
    width, digits = max(map(len, after)), len(f"{max(after.values()):,}")
    n_new = len(resampled_labels) - len(labels)
    lines = [
        f"{name_of(options.out)}: {len(labels):,} original rows, then {n_new:,} synthetic rows ({seconds:.0f} seconds)."
    ]
    for label, n_rows in before.most_common():
        lines.append(f"  {label:<{width}}  {n_rows:>{digits},} -> {after[label]:>{digits},}")
    return "\n".join(lines)
