"""What the scaler of the files pipeline did."""

from dataclasses import dataclass

from functions.files.environment import ScalerEnvironment
from ops.lab.app.log_tail import FunctionName
from ops.lab.app.target import Target
from ops.lab.files import function_settings
from ops.lab.probes import logs

_STEP = "concurrency changed"


@dataclass(frozen=True)
class ScalerStep:
    """One change of how many files are processed at once; `depth` is the queue's, as the scaler read it."""

    before: int
    after: int
    depth: int

    def __str__(self) -> str:
        return f"{self.before} to {self.after} at depth {self.depth}"

    def within(self, limits: ScalerEnvironment) -> bool:
        return limits.min_concurrency <= self.after <= limits.max_concurrency


def limits(target: Target) -> ScalerEnvironment:
    """Among others, the least and the most files at once."""
    return function_settings.scaler(target)


def steps(target: Target, since: float) -> list[ScalerStep]:
    """What the scaler logged since then (epoch seconds), oldest first."""
    return [
        ScalerStep(line.fields["from"], line.fields["to"], line.fields["depth"])
        for line in logs.lines(target, FunctionName.CSV_SCALER, since)
        if line.fields and line.fields.get("message") == _STEP
    ]
