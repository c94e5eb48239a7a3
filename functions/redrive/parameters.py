"""The parameters of a redrive, from a query string or a JSON body."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from functions.common.errors import InvalidRequest
from functions.redrive.dead_letter import DeadLetter
from functions.redrive.failures import Failure

MAX_PREVIEW_MESSAGES = 100
MAX_REDRIVE_MESSAGES = 1000
MAX_DELAY_SECONDS = 900  # SQS, SendMessage: DelaySeconds
_MAX_AGE_SECONDS = 1_209_600  # SQS keeps no message for longer than 14 days
_FILTERS = ("errorType", "filterErrorType", "minAgeSeconds")

RawParameters = Mapping[str, object]


@dataclass(frozen=True)
class Parameters:
    """Which dead letters, and how far their return is spread out. `error_type` may also be a category."""

    max_messages: int
    error_type: str | None
    min_age_seconds: int
    jitter_seconds: int = 0

    def match(self, letter: DeadLetter, failure: Failure, now: float) -> bool:
        """Whether a letter is old enough and failed in the way that was asked for."""
        return letter.age_seconds(now) >= self.min_age_seconds and failure.matches(self.error_type)


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
    _refuse_unknown(raw, ("maxMessages", "perMessageDelayJitter", *_FILTERS))
    return Parameters(
        max_messages=_integer(raw, "maxMessages", default=100, minimum=1, maximum=MAX_REDRIVE_MESSAGES),
        error_type=_error_type(raw),
        min_age_seconds=_integer(raw, "minAgeSeconds", maximum=_MAX_AGE_SECONDS),
        jitter_seconds=_integer(raw, "perMessageDelayJitter", maximum=MAX_DELAY_SECONDS),
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
