"""Redrive plan: what a redrive of some letters would do, by the rules of the app's own runner."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from functions.redrive.parameters import (
    DEFAULT_MAX_REDRIVES,
    MAX_DELAY_SECONDS,
    MAX_KEYS,
    MAX_RATE_PER_SECOND,
    MAX_REDRIVE_MESSAGES,
    MAX_REDRIVES_ALLOWED,
)
from functions.redrive_runner.pace import ceiling_seconds
from functions.redrive_runner.parking import reason_to_park
from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.console.letters.found_letter import FoundLetter
from ops.lab.console.letters.letter_filter import LetterFilter, whole_number
from ops.lab.errors import Refused


@dataclass(frozen=True)
class RedrivePace:
    """How letters go back. `jitter` in seconds, `rate` in messages a second (None: as fast as it goes)."""

    jitter: int = 0
    rate: int | None = None
    max_redrives: int = DEFAULT_MAX_REDRIVES

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "RedrivePace":
        """From the fields of the form. Raises Refused for what the API would refuse."""
        return cls(
            jitter=_bounded(form, "jitter", "the spread", 0, MAX_DELAY_SECONDS) or 0,
            rate=_bounded(form, "rate", "the rate", 1, MAX_RATE_PER_SECOND),
            max_redrives=_given(
                _bounded(form, "max_redrives", "the number of redrives", 0, MAX_REDRIVES_ALLOWED)
            ),
        )

    def filters(
        self, keys: Sequence[str] | None, most: int, of: LetterFilter | None = None
    ) -> RedriveFilters:
        """Of a job at this pace, for letters of these keys, or for those that the filter lets through."""
        chosen = of.for_api if of is not None else RedriveFilters()
        return RedriveFilters(
            error_type=chosen.error_type,
            min_age_seconds=chosen.min_age_seconds,
            max_messages=most,
            per_message_delay_jitter=self.jitter,
            rate_per_second=self.rate,
            max_redrives=self.max_redrives,
            idempotency_keys=keys,
        )


@dataclass(frozen=True)
class RedrivePlan:
    """`letters` are all that it is about. Counts are of letters."""

    letters: Sequence[FoundLetter]
    pace: RedrivePace

    @cached_property
    def keys(self) -> list[str]:
        """Of all letters, each once, in their order."""
        return list(dict.fromkeys(each.key for each in self.letters))

    @cached_property
    def parked(self) -> Counter[str]:
        """How many would be parked, by the reason."""
        reasons = (reason_to_park(each.letter, self.pace.max_redrives) for each in self.letters)
        return Counter(str(reason) for reason in reasons if reason)

    @property
    def moved(self) -> int:
        """How many would go back to the queue."""
        return len(self.letters) - self.parked.total()

    @cached_property
    def errors(self) -> Counter[tuple[str, str]]:
        """How many by error type and category."""
        return Counter((each.failure.error_type, str(each.failure.category)) for each in self.letters)

    @property
    def in_flight(self) -> int:
        """How many somebody else has received: a job does not see them before they are visible again."""
        return sum(not each.visible for each in self.letters)

    @property
    def sending_seconds(self) -> float | None:
        """How long the rate alone makes it take; None without one."""
        return None if self.pace.rate is None else self.moved / self.pace.rate

    @property
    def longest_delay_seconds(self) -> int:
        """The longest that one waits in the queue: the spread, and the backoff of one redriven before."""
        counts = (each.letter.redrive_count for each in self.letters)
        return max((ceiling_seconds(count, self.pace.jitter) for count in counts), default=0)

    @property
    def is_one_job(self) -> bool:
        """Whether one job's list of keys can name them: else they go in turns."""
        return len(self.keys) <= MAX_KEYS and len(self.letters) <= MAX_REDRIVE_MESSAGES


def turns(letters: Sequence[FoundLetter]) -> list[list[FoundLetter]]:
    """The letters, as many at a time as one job's list of keys can name; those of one key together."""
    by_key: dict[str, list[FoundLetter]] = {}
    for letter in letters:
        by_key.setdefault(letter.key, []).append(letter)
    made: list[list[FoundLetter]] = []
    count = MAX_KEYS
    for some in by_key.values():
        if count >= MAX_KEYS or len(made[-1]) + len(some) > MAX_REDRIVE_MESSAGES:
            made.append([])
            count = 0
        made[-1] += some[:MAX_REDRIVE_MESSAGES]
        count += 1
    return made


def _bounded(form: Mapping[str, str], name: str, what: str, low: int, high: int) -> int | None:
    number = whole_number(form.get(name, ""), what)
    if number is not None and not low <= number <= high:
        raise Refused(f"{what} must be from {low} to {high}, not {number}")
    return number


def _given(max_redrives: int | None) -> int:
    return DEFAULT_MAX_REDRIVES if max_redrives is None else max_redrives
