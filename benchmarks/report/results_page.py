"""The page of results: its sections in their order, and its figures."""

from functools import partial

from benchmarks import records, speed_lines, targets
from benchmarks.figures import draw_cost, draw_gains, draw_ranks
from benchmarks.methods import OURS
from benchmarks.report.ablation import AXES, write_ablation, write_axis
from benchmarks.report.commands import write_commands
from benchmarks.report.comparison import write_compare, write_oracle, write_thresholds
from benchmarks.report.ensemble import write_ensemble, write_ensemble_parts, write_ensemble_rare
from benchmarks.report.imputation import write_imputation
from benchmarks.report.markdown import to_markdown
from benchmarks.report.means import methods_of_all_tables
from benchmarks.report.speed import write_speed
from benchmarks.report.synthetic_rows import (
    write_conformity,
    write_fidelity,
    write_memorization,
    write_ring,
    write_rules,
)

# The title of each experiment, and the function that yields the paragraphs of its section from its records.
SECTIONS = {
    "compare": ("Compare", write_compare),
    "thresholds": ("Thresholds", write_thresholds),
    "oracle": ("Oracle", write_oracle),
    "ablation": ("Ablation", write_ablation),
    **{f"ablation-{axis}": (f"Ablation: {axis}", partial(write_axis, axis)) for axis in AXES},
    "ring": ("Ring", write_ring),
    "conformity": ("Conformity", write_conformity),
    "fidelity": ("Fidelity", write_fidelity),
    "memorization": ("Memorization", write_memorization),
    "rules": ("Rules", write_rules),
    "imputation": ("Imputation", write_imputation),
    "ensemble": ("Ensemble", write_ensemble),
    "ensemble-parts": ("Ensemble: parts", write_ensemble_parts),
    "ensemble-rare": ("Ensemble: a class made rare", write_ensemble_rare),
    "speed": ("Speed", write_speed),
}


def page(folder):
    """Return the page for the records in a folder; experiments without records are omitted."""
    found = {name: records.read(folder / f"{name}.csv") for name in SECTIONS if (folder / f"{name}.csv").exists()}
    parts = ["# Results", write_commands(folder, found), "## Targets", to_markdown(targets.table(found), index=False)]
    for name, frame in found.items():
        title, section = SECTIONS[name]
        parts += [f"## {title}", *section(frame)]
    return "\n\n".join(parts) + "\n"


def draw(folder, path):
    """Draw the figures of the page in the folder of `path`."""
    if (folder / "speed.csv").exists():
        draw_cost(speed_lines.costs(records.read(folder / "speed.csv")), path.with_name("cost.png"))
    if not (folder / "compare.csv").exists():
        return
    compare = records.read(folder / "compare.csv")
    everywhere = methods_of_all_tables(compare)
    if len(everywhere) > 2:
        draw_ranks(compare, everywhere, path.with_name("ranks.png"))
    if {OURS, "SMOTE", "none"} <= set(everywhere):
        draw_gains(compare, OURS, path.with_name("gains.png"))
