"""Parameters of a redrive, from a query string or a JSON body."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from functions.common.errors import InvalidRequest
from functions.redrive.dead_letters import IngestionDeadLetter, LetterFailure

MAX_PREVIEW_MESSAGES = 100
MAX_REDRIVE_MESSAGES = 1000
MAX_DELAY_SECONDS = 900  # SQS, SendMessage: DelaySeconds
MAX_RATE_PER_SECOND = 1000
MAX_REDRIVES_ALLOWED = 100
DEFAULT_MAX_REDRIVES = 3  # three repairs that were none: the next one is for a person to make
_MAX_AGE_SECONDS = 1_209_600  # SQS keeps no message for longer than 14 days
_FILTERS = ("errorType", "filterErrorType", "minAgeSeconds")
_START = ("maxMessages", "perMessageDelayJitter", "ratePerSecond", "maxRedrives", *_FILTERS)

RawParameters = Mapping[str, object]


@dataclass(frozen=True)
class Parameters:
    """Which dead letters, how far their return is spread out, how fast, and how often at most.

    `error_type` may also be a category. Without `rate_per_second` a job goes as fast as it can.
    """

    max_messages: int
    error_type: str | None
    min_age_seconds: int
    jitter_seconds: int = 0
    rate_per_second: int | None = None
    max_redrives: int = DEFAULT_MAX_REDRIVES

    def match(self, letter: IngestionDeadLetter, failure: LetterFailure, now: float) -> bool:
        """Whether a letter is old enough and failed in the way that was asked for."""
        return self.is_old_enough(letter, now) and failure.matches(self.error_type)

    def is_old_enough(self, letter: IngestionDeadLetter, now: float) -> bool:
        """Whether the event was queued long enough ago."""
        return letter.age_seconds(now) >= self.min_age_seconds

    def as_document(self) -> dict[str, Any]:
        """As `start_parameters` reads them."""
        document = {
            "maxMessages": self.max_messages,
            "errorType": self.error_type,
            "minAgeSeconds": self.min_age_seconds,
            "perMessageDelayJitter": self.jitter_seconds,
            "ratePerSecond": self.rate_per_second,
            "maxRedrives": self.max_redrives,
        }
        return {name: value for name, value in document.items() if value is not None}


def preview_parameters(raw: RawParameters) -> Parameters:
    """Raises InvalidRequest, naming the parameter."""
    _refuse_unknown(raw, ("maxMessages", *_FILTERS))
    return Parameters(
        max_messages=_integer(raw, "maxMessages", default=10, minimum=1, maximum=MAX_PREVIEW_MESSAGES),
        error_type=_error_type(raw),
        min_age_seconds=_integer(raw, "minAgeSeconds", maximum=_MAX_AGE_SECONDS),
    )


def start_parameters(raw: RawParameters) -> Parameters:
    """Raises InvalidRequest, naming the parameter."""
    _refuse_unknown(raw, _START)
    rate = _integer(raw, "ratePerSecond", minimum=1, maximum=MAX_RATE_PER_SECOND)
    return Parameters(
        max_messages=_integer(raw, "maxMessages", default=100, minimum=1, maximum=MAX_REDRIVE_MESSAGES),
        error_type=_error_type(raw),
        min_age_seconds=_integer(raw, "minAgeSeconds", maximum=_MAX_AGE_SECONDS),
        jitter_seconds=_integer(raw, "perMessageDelayJitter", maximum=MAX_DELAY_SECONDS),
        rate_per_second=rate or None,
        max_redrives=_integer(raw, "maxRedrives", default=DEFAULT_MAX_REDRIVES, maximum=MAX_REDRIVES_ALLOWED),
    )


def _refuse_unknown(raw: RawParameters, known: tuple[str, ...]) -> None:
    """A misspelt filter that is ignored would redrive everything."""
    for name in raw:
        if name not in known:
            raise InvalidRequest(f"unknown parameter; known are {', '.join(known)}", name)


def _integer(raw: RawParameters, name: str, *, default: int = 0, minimum: int = 0, maximum: int) -> int:
    value = raw.get(name)
    if value is None:
        return default
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        valid = minimum <= number <= maximum and number == int(number)
    except (InvalidOperation, OverflowError, ValueError):  # not a number, infinite, NaN
        valid = False
    if not valid:
        raise InvalidRequest(f"{name} must be an integer from {minimum} to {maximum}", name)
    return int(number)


def _error_type(raw: RawParameters) -> str | None:
    """`filterErrorType` is a second name of `errorType`: the product description uses both."""
    given = {name: raw[name] for name in ("errorType", "filterErrorType") if raw.get(name) is not None}
    for name, value in given.items():
        if not isinstance(value, str) or not value.strip():
            raise InvalidRequest(f"{name} must be a non-empty string", name)
    if len(set(given.values())) > 1:
        raise InvalidRequest("errorType and filterErrorType differ", "filterErrorType")
    return next((str(value) for value in given.values()), None)
