"""The command `compare`: whether resampling helps a classifier on the table in a file."""

from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from sklearn_gan import compare_samplers, make_pipeline
from sklearn_gan._cli.files import check_input, check_report
from sklearn_gan._cli.input_table import describe_input, naming_columns, open_table, read_labels, warn_about_copies
from sklearn_gan._cli.messages import progress_lines, say, standard_output
from sklearn_gan._cli.roles import Roles, check_classes
from sklearn_gan._cli.table_features import TableFeatures

CLASSIFIERS = {
    "boosting": HistGradientBoostingClassifier(),
    "forest": RandomForestClassifier(),
    "logistic": LogisticRegression(max_iter=1_000),
}


def compare(options):
    """Print the comparison of methods on the table in a file."""
    with progress_lines(options.quiet) as progress:
        _compare(options, progress)


def _compare(options, progress):
    check_input(options.input)
    check_report(options.report, options.input, options.force)
    roles = Roles(options.target, tuple(options.categorical), tuple(options.exclude))
    progress.begin("reading the table")
    table = open_table(options.input, options.delimiter)
    roles.check(table.names)
    labels, n_dropped = read_labels(table, options.target, options.drop_unlabelled)
    check_classes(options.target, labels)
    X, categorical_features = table.features(roles)
    warn_about_copies(table, X, labels)
    if not options.quiet:
        say(describe_input(table, len(labels), n_dropped))
    progress.begin("comparing")
    with naming_columns(table):
        comparison = compare_samplers(
            make_pipeline(TableFeatures(), CLASSIFIERS[options.classifier]),
            _with_text_categories(X, categorical_features),
            _as_integers(labels),
            cv=options.cv,
            n_repeats=options.repeats,
            n_jobs=options.jobs,
            random_state=options.random_state,
            verbose=int(not options.quiet),
        )
    with standard_output() as stream:
        stream.write(f"{comparison!r}\n")
    if options.report:
        report = comparison.report()
        report.command_line = options.command_line
        report.write_html(options.report)


def _with_text_categories(X, categorical_features):
    """Return an arrow table with numeric categorical columns as text, so that all methods detect them by type."""
    if isinstance(categorical_features, str):
        return X
    for name in categorical_features:
        column, position = X.column(name), X.column_names.index(name)
        if column.type not in ("string", "large_string", "bool"):
            X = X.set_column(position, name, column.cast("string"))
    return X


def _as_integers(labels):
    """Return labels as integers if all of them are, because scikit-learn finds no weights of classes such as "1"."""
    are_integers = all(label.removeprefix("-").isdecimal() and str(int(label)) == label for label in set(labels))
    return list(map(int, labels)) if are_integers else labels
