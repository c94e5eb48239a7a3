"""Submission, what is queued of an HTTP request: an event's canonical text and its idempotency key."""

from dataclasses import dataclass

from functions.common.errors import InvalidRequest, PayloadTooLarge
from functions.common.sqs_message import IDEMPOTENCY_KEY
from functions.ingestion.api_http import ApiRequest
from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.event_schema import validate_event
from functions.ingestion.identity import KEY_RULE, checksum, is_valid_key
from functions.ingestion.strict_json import JsonObject, parse_json

# draft-ietf-httpapi-idempotency-key-header; the value is taken as it stands, quotes included.
_HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class Submission:
    """A valid event.

    The key travels beside the body, not in it: however the client gave it, the same event has the same body
    and so the same checksum.
    """

    body: str
    idempotency_key: str


def read_submission(request: ApiRequest, max_body_bytes: int) -> Submission:
    """Raises PayloadTooLarge, InvalidJson, SchemaValidationError or InvalidRequest."""
    if len(request.body) > max_body_bytes:
        raise PayloadTooLarge(f"the body has {len(request.body)} bytes, more than {max_body_bytes}")
    event = validate_event(parse_json(request.body))
    given_key = _given_key(request, event)
    body = canonical_json({name: value for name, value in event.items() if name != IDEMPOTENCY_KEY})
    return Submission(body, given_key if given_key is not None else checksum(body))


def _given_key(request: ApiRequest, event: JsonObject) -> str | None:
    """The client's own key, from the header or the body; if it gives both, they must agree."""
    from_header = _valid_key(request.headers.get(_HEADER.lower()), _HEADER)
    from_body = _valid_key(event.get(IDEMPOTENCY_KEY), IDEMPOTENCY_KEY)
    if from_header is not None and from_body is not None and from_header != from_body:
        raise InvalidRequest("the header and the body give different idempotency keys", _HEADER)
    return from_header if from_header is not None else from_body


def _valid_key(key: object, parameter: str) -> str | None:
    if key is None:
        return None
    if not isinstance(key, str) or not is_valid_key(key):
        raise InvalidRequest(f"an idempotency key has {KEY_RULE}", parameter)
    return key
