"""Pages of a list, and the tokens that lead from one to the next."""

import base64
from collections.abc import Sequence
from typing import TypeVar

from lab_emulator.cloudwatch.refusals import InvalidParameterValue

Item = TypeVar("Item")


def page(items: Sequence[Item], size: int, token: str | None) -> tuple[list[Item], str | None]:
    """The `size` items from where `token` points, and the token of the next page if there is one."""
    start = position(token)
    end = start + size
    return list(items[start:end]), token_at(end) if end < len(items) else None


def token_at(position: int) -> str:
    """The token that stands for a position in a list."""
    return base64.b64encode(str(position).encode()).decode()


def position(token: str | None) -> int:
    """Position that `token` stands for. Raises InvalidParameterValue for one that was not given out."""
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token, validate=True))
    except ValueError as error:
        raise InvalidParameterValue("Request parameter NextToken is invalid.") from error
