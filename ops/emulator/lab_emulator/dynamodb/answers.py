"""Answers of DynamoDB, without what was not asked for.

Moto has empty `Attributes`, `ConsumedCapacity` and `ItemCollectionMetrics` in many answers, asked for or
not. Source: DynamoDB API reference, PutItem, DeleteItem. "If ReturnValues is not specified, or if its value
is NONE, then nothing is returned". "ConsumedCapacity is only returned if the ReturnConsumedCapacity parameter
was specified", and item collection metrics are, too, only by their parameter. Where there was no item,
ALL_OLD returns nothing either.
"""

from collections.abc import Mapping
from typing import Any

NONE = "NONE"
# What holds a part of an answer back, unless the request sets it to something else than NONE.
_ASKED_FOR_BY = {
    "ConsumedCapacity": "ReturnConsumedCapacity",
    "ItemCollectionMetrics": "ReturnItemCollectionMetrics",
}
# "One write capacity unit represents one write per second, for an item up to 1 KB" (developer guide). Moto
# charges an UpdateItem as a read, and every other write with one unit.
_UPDATE_UNITS = 1.0


def as_asked(operation: str, request: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The parts of moto's `answer` to `operation` that DynamoDB would return to `request`."""
    kept = {part: value for part, value in answer.items() if _is_asked(part, request)}
    if not kept.get("Attributes", True):
        del kept["Attributes"]
    if operation == "UpdateItem" and (capacity := kept.get("ConsumedCapacity")):
        kept["ConsumedCapacity"] = capacity | {"CapacityUnits": _UPDATE_UNITS}
    return kept


def _is_asked(part: str, request: Mapping[str, Any]) -> bool:
    parameter = _ASKED_FOR_BY.get(part)
    return parameter is None or request.get(parameter, NONE) != NONE
