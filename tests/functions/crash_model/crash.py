"""Where and how the one fault of a run happens."""

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What becomes of a request. In all but the first two the process lives on."""

    BEFORE = "before"  # the process dies, and AWS never hears of the request
    AFTER = "after"  # AWS has acted, and the process dies before it knows
    LOST = "lost"  # AWS has acted, the answer is lost, and the SDK asks a second time
    UNANSWERED = "unanswered"  # AWS acts at each try of the SDK, and no answer arrives
    REFUSED = "refused"  # AWS answers 503 at each try, and does nothing
    PARTLY = "partly"  # AWS refuses one entry of the call, and takes the others


DEATHS = frozenset({Moment.BEFORE, Moment.AFTER})
_READS = frozenset(
    {"GetItem", "BatchGetItem", "GetParameter", "GetObject", "GetQueueAttributes", "ListObjectsV2", "Query"}
)
_ENTRY_BY_ENTRY = frozenset({"PutEvents"})


def moments_of(operation: str) -> list[Moment]:
    """The moments that differ. It is one to a reader whether its answer is lost or was never given."""
    skipped = set[Moment]()
    if operation in _READS:
        skipped |= {Moment.LOST, Moment.UNANSWERED}
    if operation not in _ENTRY_BY_ENTRY:
        skipped.add(Moment.PARTLY)
    return [moment for moment in Moment if moment not in skipped]


@dataclass(frozen=True)
class Crash:
    """The request that fails, by its number in the run without a crash, from 0."""

    call: int
    moment: Moment
