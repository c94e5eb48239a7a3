"""How DynamoDB says that a conditional write lost."""

from typing import Any

from botocore.exceptions import ClientError

from functions.common.error_category import error_type
from functions.idempotency.state_item import StateItem


def item_in_the_way(error: ClientError) -> StateItem:
    """The item that failed the condition of a write with ReturnValuesOnConditionCheckFailure=ALL_OLD.

    Raises the error again if it is another one, or if there is no item: TTL deleted it during the attempt.
    """
    item: dict[str, Any] | None = error.response.get("Item")  # type: ignore[assignment]  # botocore lacks it
    if error_type(error) != "ConditionalCheckFailedException" or item is None:
        raise error
    return StateItem.from_attributes(item)
