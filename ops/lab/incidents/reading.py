"""Reading of an incident: its symptoms at one moment, and the numbers behind them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Symptom:
    """`title` says how it should be, `seen` how it is. `vital` ones must be well for what is new to go well;
    the others are what an incident leaves behind."""

    title: str
    seen: str
    ok: bool
    vital: bool = False


@dataclass(frozen=True)
class IncidentReading:
    """`at` is in epoch seconds. `in_queue`, `in_dlq` and `parked` are messages; the rest is what was sent.

    `unknown` where something cannot be judged yet: then it is neither well nor over.
    """

    at: float
    symptoms: tuple[Symptom, ...]
    accepted: int
    succeeded: int
    in_queue: int
    in_dlq: int
    parked: int
    unknown: bool = False

    @property
    def broken(self) -> bool:
        return self.unknown or not all(symptom.ok for symptom in self.symptoms)

    @property
    def failing(self) -> bool:
        """Whether it shows that what is new does not go well."""
        return not all(symptom.ok for symptom in self.symptoms if symptom.vital)

    @property
    def flowing(self) -> bool:
        """Whether what is new goes well, whatever is left behind."""
        return not self.unknown and not self.failing
