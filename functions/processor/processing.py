"""Processing of an event, the business logic: the order that it carries, and what is done with it, once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from functions.common.clock import Deadline
from functions.common.errors import MalformedMessage, PipelineError, ProcessingError
from functions.common.sqs_message import IDEMPOTENCY_KEY
from functions.ingestion.event_schema import Schema, SchemaVersion, UnannouncedSchema, validate_event
from functions.ingestion.failure_mode import FailureMode
from functions.ingestion.identity import Identity, is_malformed
from functions.ingestion.strict_json import parse_json
from functions.processor.downstream import Downstream, guarded_downstream


@dataclass(frozen=True)
class Order:
    """What an event asks for."""

    order_id: str
    amount: Decimal
    currency: str | None = None  # unknown to version 1 of the schema

    def to_json(self) -> dict[str, str | None]:
        """For another function. The amount is text: it is exact, and a JSON number would be a double."""
        return {"orderId": self.order_id, "amount": str(self.amount), "currency": self.currency}

    @classmethod
    def from_json(cls, value: Mapping[str, str | None]) -> "Order":
        """What `to_json` gave."""
        return cls(cast(str, value["orderId"]), Decimal(cast(str, value["amount"])), value["currency"])


def read_order(identity: Identity, body: str, schema: Schema) -> Order:
    """Raises MalformedMessage, InvalidJson or SchemaValidationError."""
    if is_malformed(identity):
        raise MalformedMessage(f"the message has no valid attribute {IDEMPOTENCY_KEY}")
    event = validate_event(parse_json(body), schema)
    currency = None if schema is SchemaVersion.V1 else cast(str, event["currency"])
    return Order(cast(str, event["orderId"]), cast(Decimal, event["amount"]), currency)


@dataclass(frozen=True)
class Processing:
    """The rule that orders must obey, and where they are handed to."""

    downstream: Downstream
    schema: Callable[[], Schema] = lambda: SchemaVersion.V1

    def process(self, identity: Identity, body: str, deadline: Deadline) -> Order:
        """Validate the order and hand it downstream. Raises PipelineError of any category.

        An exception that is not ours is a fault of this logic, hence ProcessingError.
        """
        try:
            order = read_order(identity, body, self.schema())
            self.downstream(deadline)
        except PipelineError:
            raise
        except Exception as error:
            raise ProcessingError(f"{type(error).__name__}: {error}") from error
        return order


def deployed_processing(mode: Callable[[], FailureMode], version: SchemaVersion) -> Processing:
    """Processing of a deployed function: the failure mode says which rule is in force, and how the downstream
    answers. What comes of it fails where it would really fail, in its own words."""

    def schema() -> Schema:
        return UnannouncedSchema.AMOUNT_AS_TEXT if mode() is FailureMode.POISON_PAYLOAD else version

    return Processing(guarded_downstream(mode), schema)
