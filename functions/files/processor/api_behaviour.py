"""Behaviour of the simulated API: the value of one SSM parameter, which a person changes while files run.

Standard library only: `infra` imports this, and so does the command that sets the parameter.
"""

import json
from dataclasses import dataclass, fields
from typing import Any

from functions.common.camel_case import camel_case, to_document


@dataclass(frozen=True, kw_only=True)
class ApiBehaviour:
    """How the API answers. `error_rate` is the share of calls that are answered 503, from 0 to 1; so is every
    call while `down`, and every call for a file whose key contains `failing`.

    `calls_at_once` is its limit for one client, here one process of the function: a call beyond it is
    answered 429. 0 is no limit."""

    latency_min_milliseconds: float = 5
    latency_max_milliseconds: float = 30
    error_rate: float = 0.0
    down: bool = False
    failing: str = ""
    calls_at_once: int = 0

    @property
    def healthy(self) -> bool:
        """Whether every row that it gets succeeds, sooner or later."""
        return not (self.down or self.error_rate or self.failing or self.calls_at_once)

    @classmethod
    def from_json(cls, text: str) -> "ApiBehaviour":
        """Raises ValueError, TypeError, KeyError or AttributeError if it is no object of these fields."""
        document: dict[str, Any] = json.loads(text)
        names = {camel_case(field.name): field.name for field in fields(cls)}
        behaviour = cls(**{names[name]: value for name, value in document.items()})
        if not 0 <= behaviour.latency_min_milliseconds <= behaviour.latency_max_milliseconds:
            raise ValueError("latencies must be 0 or more, and the least not above the greatest")
        if not 0 <= behaviour.error_rate <= 1:
            raise ValueError("errorRate must be from 0 to 1")
        if not isinstance(behaviour.down, bool) or not isinstance(behaviour.failing, str):
            raise TypeError("down must be true or false, and failing a text")
        if type(behaviour.calls_at_once) is not int or behaviour.calls_at_once < 0:
            raise ValueError("callsAtOnce must be a whole number, 0 for no limit")
        return behaviour

    def to_json(self) -> str:
        """What `from_json` takes: every field, in camel case."""
        return json.dumps(to_document(self))
