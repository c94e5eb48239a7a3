"""How a drill's records read on one line, on a terminal and in its report."""

from ops.lab.drills.journal import CheckRecord
from ops.lab.drills.tolerance import Value

_MARKS = {True: "✓", False: "✗", None: "·"}


def mark(met: bool | None) -> str:
    """✓ met or done, ✗ missed or failed, · left out."""
    return _MARKS[met]


def step_mark(outcome: str) -> str:
    return mark({"done": True, "failed": False}.get(outcome))


def shown(value: Value | None) -> str:
    """A value without needless decimals."""
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def sentence(record: CheckRecord) -> str:
    """What was seen, and what was expected where it was something else."""
    if record.met is None:
        return f"{record.title}: not visible here"
    expected = "" if record.met else f", expected {record.expected}"
    return f"{record.title}: {shown(record.value)}{expected}"
