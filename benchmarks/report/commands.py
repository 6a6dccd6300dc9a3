"""The commands and package versions that produced the records."""

from benchmarks import records
from benchmarks.methods import BALANCED, METHODS, SLOW

SIZES = ("max_rows", "folds", "repeats", "seed")


def write_commands(folder, found):
    """Return the commands and package versions of the records."""
    commands, versions = [], {}
    for name, frame in found.items():
        made = records.read_settings(folder / f"{name}.csv")
        commands += _commands_of(name, frame, made["settings"])
        versions |= made["versions"]
    commands.append("python -m benchmarks report --report benchmarks/RESULTS.md")
    return (
        "Commands:\n\n```\n" + "\n".join(commands) + "\n```\n\nThe records are in `benchmarks/records/`. Versions: "
        f"{', '.join(f'{name} {number}' for name, number in versions.items())}. The default settings were chosen on "
        "tables of this collection (`LOG.md`). Expect smaller gains on other tables, and interpret the p-values with "
        "caution."
    )


def _commands_of(name, frame, settings):
    """Yield the command of an experiment, and one for each slow method, which may have other tables."""
    sizes = " ".join(f"--{key.replace('_', '-')} {settings[key]}" for key in SIZES)
    data = " --data FOLDER" if settings["source"] == "folder" else ""
    command = f"python -m benchmarks {name.replace('ablation-', 'ablation --axis ')}{data} {sizes}"
    yield command + _chosen(name, frame)
    if name == "compare":
        slow = frame[frame["method"].isin(SLOW)]
        yield from (command + _options(part) for _, part in slow.groupby("method", sort=False))


def _chosen(name, frame):
    """Return the options that restrict an experiment to methods and tables."""
    if name == "thresholds":
        return _options(frame)
    return _options(frame, methods=False) if name in ("ablation", "ensemble-parts", "fidelity") else ""


def _options(frame, methods=True):
    """Return the options for the methods and tables of the records."""
    known = [name for name in (*METHODS, *BALANCED) if name in set(frame["method"])]
    tables = f" \\\n    --tables {' '.join(sorted(set(frame['table'])))}"
    return (f" --methods {' '.join(map(repr, known))}" if methods else "") + tables
