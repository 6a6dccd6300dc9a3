"""Tables for people, as Markdown."""

import platform
from importlib.metadata import version

import pandas as pd

from benchmarks.statistics import means, paired_differences

STRONG = ("forest", "boosting")
PACKAGES = ("sklearn-gan", "torch", "scikit-learn", "imbalanced-learn", "skorch", "numpy")


def summarize(records, methods):
    """Return the means of all methods, and the differences of ours to SMOTE and to none, as Markdown."""
    n_tables, n_families = records["table"].nunique(), records["family"].nunique()
    title = f"{n_tables} tables of {n_families} families, {records['fold'].nunique()} folds, mean of "
    parts = [f"{title}{', '.join(records['classifier'].unique())}:", _markdown(means(records).loc[list(methods)])]
    for baseline in [name for name in ("SMOTE", "none") if name in methods]:
        for method in [name for name in methods if name.startswith("GANOversampler")]:
            for label, part in _by_strength(records):
                parts.append(f"{method} - {baseline}, {label}, over families:")
                parts.append(_markdown(paired_differences(part, method, baseline)))
    return "\n\n".join(parts)


def page(text, options):
    """Return the summary as a page that says how to repeat it."""
    source = "--data FOLDER " if options.data else "--zenodo " if options.zenodo else ""
    chosen = "".join(f"--{name} {' '.join(getattr(options, name))} " for name in ("methods", "classifiers"))
    tables = f"--tables {' '.join(options.tables)} " if options.tables else ""
    sizes = f"--max-rows {options.max_rows} --folds {options.folds} --repeats {options.repeats} --seed {options.seed}"
    command = f"python -m benchmarks {source}{sizes} \\\n    {chosen}{tables}\\\n   "
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"# Results\n\nWritten by\n\n```\n{command} --out results.csv --report benchmarks/RESULTS.md\n```\n\n"
        f"with Python {platform.python_version()}, {versions}.\n\n{text}\n"
    )


def _by_strength(records):
    yield "all classifiers", records
    strong = records["classifier"].isin(STRONG)
    if strong.any() and not strong.all():
        for name, part in (("strong", records[strong]), ("weak", records[~strong])):
            yield f"{name} classifiers ({', '.join(part['classifier'].unique())})", part


def _markdown(frame):
    formats = {"difference": "{:+.4f}", "p": "{:.3g}", "seconds": "{:.2f}", "wins": "{:.0f}", "of": "{:.0f}"}
    formatted = pd.DataFrame(
        {name: frame[name].map(formats.get(name, "{:.4f}").format) for name in frame.columns}, index=frame.index
    )
    header = [frame.index.name or "", *formatted.columns]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += [f"| {' | '.join(map(str, row))} |" for row in formatted.itertuples()]
    return "\n".join(lines)
