"""Findings of a report, each with a traffic light."""

from dataclasses import dataclass
from enum import Enum


class Light(Enum):
    """Traffic light of a finding. Each is shown as a word and a shape, not by colour alone."""

    GOOD = "good"
    LOOK = "look"
    PROBLEM = "problem"
    UNKNOWN = "unknown"

    @property
    def style(self):
        """The name of the light in the style sheet."""
        return self.name.lower()


GRADES = (Light.GOOD, Light.LOOK, Light.PROBLEM)
ORDER = (Light.PROBLEM, Light.LOOK, Light.UNKNOWN, Light.GOOD)


def worst_of(lights):
    """Return the most serious of several lights, or `UNKNOWN` without any.

    Examples
    --------
    >>> worst_of([Light.GOOD, Light.LOOK])
    <Light.LOOK: 'look'>
    """
    return min(lights, key=ORDER.index, default=Light.UNKNOWN)


@dataclass(frozen=True)
class Finding:
    """One sentence of a summary.

    Attributes
    ----------
    light : Light
        Whether there is something to do.
    subject : str
        What the finding is about, in one or two words.
    sentence : str
        The finding.
    meaning : str
        What follows from the finding, with advice.
    section : str
        Identifier of the section with the details.
    """

    light: Light
    subject: str
    sentence: str
    meaning: str
    section: str

    def __str__(self):
        return f"[{self.light.value}] {self.subject}: {self.sentence} {self.meaning}"
