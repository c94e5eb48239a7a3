"""Letter choice: the letters that a person chose for an action, one by one or all that match the filter."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData, QueryParams

from ops.lab.console.letters.found_letter import FoundLetter
from ops.lab.console.letters.letter_filter import LetterFilter, whole_number
from ops.lab.console.letters.letter_scan import LetterQueue, LetterScan
from ops.lab.errors import Refused


@dataclass(frozen=True)
class LetterChoice:
    """`ids` are MessageIds; None chooses all that match the filter. `confirmed` is how many the person was
    told of; None before that."""

    queue: LetterQueue
    filter: LetterFilter
    ids: frozenset[str] | None
    confirmed: int | None = None

    @classmethod
    def of(cls, given: QueryParams | FormData) -> "LetterChoice":
        """From a query or a form. Raises Refused, naming the field."""
        fields = text_fields(given)
        ids = frozenset(each for each in given.getlist("id") if isinstance(each, str))
        return cls(
            queue_named(fields.get("queue", "")),
            LetterFilter.of(fields),
            None if fields.get("scope") == "all" else ids,
            whole_number(fields.get("confirmed", ""), "the count"),
        )

    def letters(self, scan: LetterScan | None) -> list[FoundLetter]:
        """The chosen ones. Raises Refused for none, and where they are not as many as were confirmed."""
        found = self._found(scan.letters if scan else ())
        if not found:
            hint = "tick some, or take all that match" if self.ids == frozenset() else "look again"
            raise Refused("no letter is chosen that is there", hint=hint)
        if self.confirmed is not None and len(found) != self.confirmed:
            raise Refused(
                f"{self.confirmed} letters were chosen, and {len(found)} are there now: nothing was done",
                hint="look again, and choose anew",
            )
        return found

    def _found(self, letters: Sequence[FoundLetter]) -> list[FoundLetter]:
        if self.ids is None:
            return self.filter.of_letters(letters, time.time())
        return [letter for letter in letters if letter.message_id in self.ids]


def text_fields(given: QueryParams | FormData) -> Mapping[str, str]:
    """The last value of each field that is text."""
    return {name: value for name, value in given.items() if isinstance(value, str)}


def queue_named(name: str) -> LetterQueue:
    """The queue; the DLQ for no name. Raises Refused for a name that is none."""
    try:
        return LetterQueue(name or LetterQueue.DLQ)
    except ValueError:
        raise Refused(f"no queue {name[:40]!r}", hint="dlq or parked") from None
