"""The business logic: what is done with an event, once."""

from dataclasses import dataclass

from functions.common.deadline import Deadline
from functions.common.errors import LabError, ProcessingError
from functions.ingestion.event_schema import SchemaVersion
from functions.ingestion.idempotency import Identity
from functions.processor.downstream import Downstream
from functions.processor.order import Order, read_order


@dataclass(frozen=True)
class Processing:
    """The rule that orders must obey, and where they are handed to."""

    downstream: Downstream
    schema: SchemaVersion = SchemaVersion.V1

    def process(self, identity: Identity, body: str, deadline: Deadline) -> Order:
        """Validate the order and hand it downstream. Raises LabError of any category.

        An exception that is not ours is a fault of this logic, hence ProcessingError.
        """
        try:
            order = read_order(identity, body, self.schema)
            self.downstream(deadline)
        except LabError:
            raise
        except Exception as error:
            raise ProcessingError(f"{type(error).__name__}: {error}") from error
        return order
