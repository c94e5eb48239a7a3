"""Where a file has its columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.files.rounds.errors import PermanentFailure

REQUIRED = ("order_id", "customer", "amount")


@dataclass(frozen=True)
class Columns:
    """The index of each required column, from 0, and how many columns there are: others are allowed."""

    order_id: int
    customer: int
    amount: int
    width: int

    @classmethod
    def of_header(cls, header: Sequence[str]) -> "Columns":
        """Names count in any order, in upper or lower case, with or without spaces around them.

        Raises PermanentFailure if one is missing, or is there twice.
        """
        names = [name.strip().lower() for name in header]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise PermanentFailure(f"the header has no column {', '.join(missing)}")
        ambiguous = [name for name in REQUIRED if names.count(name) > 1]
        if ambiguous:
            raise PermanentFailure(f"the header has more than one column {', '.join(ambiguous)}")
        order_id, customer, amount = map(names.index, REQUIRED)
        return cls(order_id, customer, amount, width=len(names))
