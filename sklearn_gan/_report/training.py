"""Training of the networks: losses, coverage and checkpoints."""

from dataclasses import dataclass

from sklearn_gan._matrix import SMALLEST_COVERAGE
from sklearn_gan._page import Finding, Light, draw_image
from sklearn_gan._table import plain_labels
from sklearn_gan.displays import TrainingDisplay

GOOD_COVERAGE = 0.6
ALTERNATIVE = "Line plot of the {names} over the training steps{marked}."
MEANINGS = {
    Light.GOOD: "Most real rows have similar synthetic rows. The columns show whether values spread as widely.",
    Light.LOOK: "A part of the real rows has no similar synthetic rows. More steps (`max_steps`) may help.",
    Light.PROBLEM: "A generator has collapsed to a few modes, or needs more training. Increase `max_steps` or "
    "`latent_dim`, or lower `learning_rate`.",
}


@dataclass(frozen=True)
class CheckpointSummary:
    """The checkpoint selected for a generator: its step, and the coverage of each class that was measured."""

    generator: int
    step: int
    coverages: list


@dataclass(frozen=True)
class Training:
    """Training of a sampler.

    Attributes
    ----------
    n_steps : int
        Number of training steps.
    seconds : float
        Time of training.
    last : list of (str, str)
        Last recorded losses, coverage and density, as text.
    checkpoints : list of CheckpointSummary
        Checkpoint of each generator. Empty for autoencoders.
    image : Image
        Losses and coverage over the steps.
    """

    n_steps: int
    seconds: float
    last: list
    checkpoints: list
    image: object


def summarize_training(sampler):
    """Return the Training of a fitted sampler."""
    history = sampler.history_
    names = [name for name in ("generator_loss", "discriminator_loss", "reconstruction_error") if name in history[-1]]
    names += [name for name in ("coverage", "density") if name in history[-1]]
    labels = plain_labels(sampler.classes_)
    checkpoints = [
        CheckpointSummary(place, kept.step, [(str(labels[code]), share) for code, share in kept.coverages.items()])
        for place, kept in enumerate(getattr(sampler.net_, "kept_", []), start=1)
    ]
    return Training(
        n_steps=history[-1]["step"],
        seconds=sum(record["dur"] for record in history),
        last=[(name.replace("_", " "), f"{history[-1][name]:.3f}") for name in names],
        checkpoints=checkpoints,
        image=_draw(sampler, names, checkpoints),
    )


def _draw(sampler, names, checkpoints):
    steps = " and ".join(str(step) for step in sorted({checkpoint.step for checkpoint in checkpoints}))
    alternative = ALTERNATIVE.format(
        names=", ".join(name.replace("_", " ") for name in names),
        marked=f". Vertical lines mark the selected checkpoints at step {steps}" if steps else "",
    )
    n_panels = 1 + ("coverage" in names)
    return draw_image(lambda ax: TrainingDisplay.from_estimator(sampler, ax=ax), (6.8, 2.6 * n_panels), alternative)


def find_training(training):
    """Return the finding about the training."""
    covered = [pair for checkpoint in training.checkpoints for pair in checkpoint.coverages]
    if not covered:
        sentence = f"Training took {training.n_steps:,} steps; the coverage of real rows was not measured."
        meaning = "It is measured for GANs, in classes of at least 10 rows other than the largest."
        return Finding(Light.UNKNOWN, "Training", sentence, meaning, "training")
    label, share = min(covered, key=lambda pair: pair[1])
    light = Light.GOOD if share >= GOOD_COVERAGE else Light.LOOK if share >= SMALLEST_COVERAGE else Light.PROBLEM
    sentence = f"Each generator reaches at least {share:.0%} of the real rows of class {label}."
    return Finding(light, "Training", sentence, MEANINGS[light], "training")
