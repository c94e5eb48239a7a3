"""Processing of an event, the business logic: the order that it carries, and what is done with it, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from functions.common.clock import Deadline
from functions.common.errors import MalformedMessage, PipelineError, ProcessingError
from functions.common.sqs_message import IDEMPOTENCY_KEY
from functions.ingestion.event_schema import SchemaVersion, validate_event
from functions.ingestion.idempotency import Identity, is_malformed
from functions.ingestion.strict_json import parse_json
from functions.processor.downstream import Downstream


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


def read_order(identity: Identity, body: str, schema: SchemaVersion) -> Order:
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
    schema: SchemaVersion = SchemaVersion.V1

    def process(self, identity: Identity, body: str, deadline: Deadline) -> Order:
        """Validate the order and hand it downstream. Raises PipelineError of any category.

        An exception that is not ours is a fault of this logic, hence ProcessingError.
        """
        try:
            order = read_order(identity, body, self.schema)
            self.downstream(deadline)
        except PipelineError:
            raise
        except Exception as error:
            raise ProcessingError(f"{type(error).__name__}: {error}") from error
        return order
