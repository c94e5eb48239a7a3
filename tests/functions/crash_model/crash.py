"""Where and how the one fault of a run happens."""

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What becomes of a request. In the last two the process lives on: it was the network that failed."""

    BEFORE = "before"  # the process dies, and AWS never hears of the request
    AFTER = "after"  # AWS has acted, and the process dies before it knows
    LOST = "lost"  # AWS has acted, the answer is lost, and the SDK asks a second time
    UNANSWERED = "unanswered"  # AWS acts at each try of the SDK, and no answer arrives


@dataclass(frozen=True)
class Crash:
    """The request that fails, by its number in the run without a crash, from 0."""

    call: int
    moment: Moment
