"""Headers of a request, found by name: the handlers look for some seventy, most of which are not there.

werkzeug's compare each name with that of every header, and raise an exception for one that is missing.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import Headers

Pair = tuple[str, str]


class _Pairs(list[Pair]):
    """The list in which werkzeug keeps names and values: it forgets its index whenever it changes."""

    _index: dict[str, str] | None = None

    @property
    def index(self) -> dict[str, str]:
        """The first value of each name in lower case."""
        if self._index is None:
            self._index = {name.lower(): value for name, value in reversed(self)}
        return self._index


def _forgetting(method: Callable[..., Any]) -> Callable[..., Any]:
    def changed(pairs: _Pairs, *args: Any, **kwargs: Any) -> Any:
        pairs._index = None
        return method(pairs, *args, **kwargs)

    return changed


for _name in (
    "append",
    "clear",
    "extend",
    "insert",
    "pop",
    "remove",
    "reverse",
    "sort",
    "__delitem__",
    "__iadd__",
    "__imul__",
    "__setitem__",
):
    setattr(_Pairs, _name, _forgetting(getattr(list, _name)))


class RequestHeaders(Headers):
    """werkzeug's Headers, with all that they can do."""

    def __init__(self, pairs: list[Pair]) -> None:
        super().__init__()
        self._list = _Pairs(pairs)

    def _get_key(self, key: str) -> str:
        return self._list.index.get(key.lower()) or super()._get_key(key)

    def __contains__(self, key: str) -> bool:
        return key.lower() in self._list.index

    def get(self, key: str, default: Any = None, type: Callable[[str], Any] | None = None) -> Any:
        value = self._list.index.get(key.lower())
        if value is None:
            return default
        try:
            return value if type is None else type(value)
        except ValueError:
            return default
