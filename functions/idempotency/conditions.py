"""How DynamoDB says that a conditional write lost."""

from typing import Any

from botocore.exceptions import ClientError

from functions.common.error_category import error_type
from functions.idempotency.state_item import StateItem


def is_condition_failure(error: ClientError) -> bool:
    """Whether the item was not in the state that the write demanded."""
    return error_type(error) == "ConditionalCheckFailedException"


def item_in_the_way(error: ClientError) -> StateItem:
    """The item that failed the condition of a write with ReturnValuesOnConditionCheckFailure=ALL_OLD.

    Raises the error again if it is another one.
    """
    if not is_condition_failure(error):
        raise error
    item: dict[str, Any] = error.response["Item"]  # type: ignore[typeddict-item]  # botocore's types lack it
    return StateItem.from_attributes(item)
