"""History of alarms: what DescribeAlarmHistory tells of their changes and actions. AWS keeps it 30 days.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import AlarmHistoryItemTypeDef

_STATE_UPDATE: Final = "StateUpdate"


@dataclass(frozen=True, order=True)
class AlarmEvent:
    """One line of the history. `alarm` is the account's name of it, `at` epoch seconds, `kind` AWS's word.

    `old`, `new` and `reason` are of changes of the state; else empty.
    """

    at: float
    alarm: str
    kind: str
    summary: str
    old: str = ""
    new: str = ""
    reason: str = ""


def state_changes(target: Target, since: float, most: int = 500) -> list[AlarmEvent]:
    """Changes of all alarms of the account since then (epoch seconds), the newest first: one call for 100.

    `most` is how many at most.
    """
    pages = target.cloudwatch.get_paginator("describe_alarm_history").paginate(
        HistoryItemType=_STATE_UPDATE,
        StartDate=datetime.fromtimestamp(since, UTC),
        EndDate=datetime.now(UTC),
        ScanBy="TimestampDescending",
        PaginationConfig={"MaxItems": most, "PageSize": 100},
    )
    return [_event(item) for page in pages for item in page["AlarmHistoryItems"]]


def history(target: Target, alarm_name: str, most: int = 100) -> list[AlarmEvent]:
    """All that happened to one alarm, the newest first; at most 100 are asked for."""
    answer = target.cloudwatch.describe_alarm_history(
        AlarmName=alarm_name, ScanBy="TimestampDescending", MaxRecords=most
    )
    return [_event(item) for item in answer["AlarmHistoryItems"]]


def _event(item: "AlarmHistoryItemTypeDef") -> AlarmEvent:
    kind = item.get("HistoryItemType", "")
    data = _data(item.get("HistoryData", "")) if kind == _STATE_UPDATE else {}
    old, new = _state(data, "oldState"), _state(data, "newState")
    return AlarmEvent(
        at=item["Timestamp"].timestamp(),
        alarm=item.get("AlarmName", ""),
        kind=kind,
        summary=item.get("HistorySummary", ""),
        old=str(old.get("stateValue", "")),
        new=str(new.get("stateValue", "")),
        reason=str(new.get("stateReason", "")),
    )


def _state(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _data(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}
