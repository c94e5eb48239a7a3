"""Schema of an event. Ingest refuses anything else; processing checks again, as the queue is open
to other producers, and to messages from before the rule was made."""

from enum import StrEnum
from functools import cache
from typing import Any

import fastjsonschema

from functions.common.errors import SchemaValidationError
from functions.ingestion.strict_json import JsonObject, JsonValue


class SchemaVersion(StrEnum):
    """Which rule processing applies. Ingest always takes what v1 takes: clients change last."""

    V1 = "v1"
    V2 = "v2"  # breaking: `currency` is required, which no client of v1 sends
    V2_COMPATIBLE = "v2-compatible"  # v2, and an event without `currency` is in `DEFAULT_CURRENCY`


class UnannouncedSchema(StrEnum):
    """A rule that no setting names: what a faulty release would bring along."""

    AMOUNT_AS_TEXT = "amount-as-text"  # v1 but for the amount, which every event has as a number


Schema = SchemaVersion | UnannouncedSchema

DEFAULT_CURRENCY = "USD"
_V1: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["orderId", "amount"],
    "properties": {
        "orderId": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "\\S"},
        "amount": {"type": "number", "minimum": 0},
        "idempotencyKey": {"type": "string"},
    },
    # Further members are the sender's: kept, and part of the checksum.
}
_CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$"}  # ISO 4217's alphabetic codes
_SCHEMAS: dict[Schema, dict[str, Any]] = {
    SchemaVersion.V1: _V1,
    SchemaVersion.V2: _V1
    | {
        "required": [*_V1["required"], "currency"],
        "properties": _V1["properties"] | {"currency": _CURRENCY},
    },
    SchemaVersion.V2_COMPATIBLE: _V1
    | {"properties": _V1["properties"] | {"currency": _CURRENCY | {"default": DEFAULT_CURRENCY}}},
    UnannouncedSchema.AMOUNT_AS_TEXT: _V1
    | {"properties": _V1["properties"] | {"amount": {"type": "string"}}},
}


def validate_event(value: JsonValue, schema: Schema = SchemaVersion.V1) -> JsonObject:
    """Return the value, defaults filled in, if it is an event, else raise SchemaValidationError."""
    try:
        event: JsonObject = _validator(schema)(value)
    except fastjsonschema.JsonSchemaValueException as error:
        raise SchemaValidationError(error.message.replace("data", "body", 1)) from None
    return event


@cache
def _validator(schema: Schema) -> Any:
    """Compiled once. Powertools' `validate` uses the same library, and compiles at each call (0.5 ms)."""
    return fastjsonschema.compile(_SCHEMAS[schema])
