"""Node of a picture: a service, its figures, how it is, and where to look further."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

# More dots than these tell no more than the number beside them.
_DOTS = 24


class NodeCondition(IntEnum):
    """From good to bad: the worst of a node's remarks is the node's own. Each has a word and a sign."""

    GOOD = 0
    WARN = 1
    BAD = 2

    @property
    def word(self) -> str:
        return ("good", "warn", "bad")[self]

    @property
    def sign(self) -> str:
        return ("✓", "!", "✕")[self]


@dataclass(frozen=True)
class NodeRemark:
    """One reason for a node's condition, in words; `page` is where to look, empty for nowhere, and `anchor`
    where on it."""

    text: str
    condition: NodeCondition
    page: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class NodeDeclaration:
    """A node: `service` is what AWS calls it, `page` the console's page about it.

    An alarm belongs to it whose metric has one of its stack `outputs` as a dimension; or which `alarms` name,
    where the dimension is no output's value (an API's id, a rule, a circuit).
    """

    id: str
    title: str
    service: str
    outputs: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    page: str = ""
    page_title: str = ""


@dataclass(frozen=True)
class QueueDots:
    """Messages as dots, of which a cell has room for some: `more` is how many are not drawn."""

    waiting: int = 0
    in_flight: int = 0
    delayed: int = 0

    @property
    def shown(self) -> tuple[int, int, int]:
        """How many dots are drawn of each, those in flight first."""
        flying = min(self.in_flight, _DOTS // 2)
        delayed = min(self.delayed, (_DOTS - flying) // 2)
        return min(self.waiting, _DOTS - flying - delayed), flying, delayed

    @property
    def more(self) -> int:
        return self.waiting + self.in_flight + self.delayed - sum(self.shown)


@dataclass(frozen=True)
class PictureNode:
    """A node as it is now. `facts` are short lines; `dots` are of a queue."""

    declared: NodeDeclaration
    facts: Sequence[str] = ()
    remarks: Sequence[NodeRemark] = ()
    dots: QueueDots | None = None

    @property
    def condition(self) -> NodeCondition:
        return max((remark.condition for remark in self.remarks), default=NodeCondition.GOOD)
