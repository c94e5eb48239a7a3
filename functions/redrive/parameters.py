"""Parameters of a redrive, from a query string or a JSON body."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from functions.common.errors import InvalidRequest
from functions.ingestion.identity import KEY_RULE, is_valid_key
from functions.redrive.dead_letters import IngestionDeadLetter, LetterFailure

MAX_PREVIEW_MESSAGES = 100
MAX_REDRIVE_MESSAGES = 1000
MAX_DELAY_SECONDS = 900  # SQS, SendMessage: DelaySeconds
MAX_RATE_PER_SECOND = 1000
MAX_REDRIVES_ALLOWED = 100
DEFAULT_MAX_REDRIVES = 3  # three repairs that did not help: a person has to look
MAX_KEYS = 100  # of 128 characters: the job's item stays far below the 400 KB that DynamoDB takes
_MAX_AGE_SECONDS = 1_209_600  # SQS keeps no message for longer than 14 days
_FILTERS = ("errorType", "filterErrorType", "minAgeSeconds", "idempotencyKeys")
_START = ("maxMessages", "perMessageDelayJitter", "ratePerSecond", "maxRedrives", *_FILTERS)

RawParameters = Mapping[str, object]


@dataclass(frozen=True)
class Parameters:
    """Which dead letters, how far their return is spread out, how fast, and how often at most.

    `error_type` may also be a category. Without `rate_per_second` a job goes as fast as it can; without
    `idempotency_keys` it takes letters of any key.
    """

    max_messages: int
    error_type: str | None
    min_age_seconds: int
    jitter_seconds: int = 0
    rate_per_second: int | None = None
    max_redrives: int = DEFAULT_MAX_REDRIVES
    idempotency_keys: tuple[str, ...] | None = None

    def match(self, letter: IngestionDeadLetter, failure: LetterFailure, now: float) -> bool:
        """Whether a letter is asked for, by itself and by how it failed: the one rule of preview and job."""
        return self.match_itself(letter, now) and failure.matches(self.error_type)

    def match_itself(self, letter: IngestionDeadLetter, now: float) -> bool:
        """Whether its event was queued long enough ago, and its key is asked for: what needs no table."""
        return letter.age_seconds(now) >= self.min_age_seconds and self._names(letter)

    def _names(self, letter: IngestionDeadLetter) -> bool:
        return self.idempotency_keys is None or letter.identity.key in self.idempotency_keys

    def as_document(self) -> dict[str, Any]:
        """As `start_parameters` reads them."""
        document = {
            "maxMessages": self.max_messages,
            "errorType": self.error_type,
            "minAgeSeconds": self.min_age_seconds,
            "perMessageDelayJitter": self.jitter_seconds,
            "ratePerSecond": self.rate_per_second,
            "maxRedrives": self.max_redrives,
            "idempotencyKeys": None if self.idempotency_keys is None else list(self.idempotency_keys),
        }
        return {name: value for name, value in document.items() if value is not None}


def preview_parameters(raw: RawParameters) -> Parameters:
    """Raises InvalidRequest, naming the parameter."""
    _refuse_unknown(raw, ("maxMessages", *_FILTERS))
    return Parameters(
        max_messages=_integer(raw, "maxMessages", default=10, minimum=1, maximum=MAX_PREVIEW_MESSAGES),
        error_type=_error_type(raw),
        min_age_seconds=_integer(raw, "minAgeSeconds", maximum=_MAX_AGE_SECONDS),
        idempotency_keys=_keys(raw),
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
        idempotency_keys=_keys(raw),
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


def _keys(raw: RawParameters) -> tuple[str, ...] | None:
    """From a list, or from a query's text with blanks between the keys, which have none themselves."""
    name = "idempotencyKeys"
    given = raw.get(name)
    if given is None:
        return None
    keys = given.split() if isinstance(given, str) else given
    if not isinstance(keys, list) or not all(isinstance(key, str) and is_valid_key(key) for key in keys):
        raise InvalidRequest(f"{name} must be a list of keys, each of {KEY_RULE}", name)
    distinct = tuple(dict.fromkeys(keys))
    if not 1 <= len(distinct) <= MAX_KEYS:
        raise InvalidRequest(f"{name} must have from 1 to {MAX_KEYS} keys, not {len(distinct)}", name)
    return distinct
