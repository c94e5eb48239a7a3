"""What a drill says about the pipeline."""

from enum import StrEnum


class Verdict(StrEnum):
    """`violated` is the pipeline's failure; `inconclusive` is the drill's: it could not be carried out."""

    HELD = "held"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_code(self) -> int:
        """What `lab drill run` ends with."""
        return {Verdict.HELD: 0, Verdict.VIOLATED: 1, Verdict.INCONCLUSIVE: 2}[self]
