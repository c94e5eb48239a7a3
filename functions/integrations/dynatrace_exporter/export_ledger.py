"""Ledger of the export: how far it has come, and what it has sent of the last periods."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.common.dynamodb_items import item_in_the_way
from functions.common.errors import LeaseLost
from functions.integrations.dynatrace_exporter.metric_points import Point
from functions.integrations.dynatrace_exporter.metrics import Kind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ITEM = "dynatrace"
TAKE = "attribute_not_exists(leaseUntil) OR leaseUntil < :now"


@dataclass
class ExportProgress:
    """Every point before `watermark` (epoch seconds) is settled. Above it, and in the few periods below it
    that are read again, `sent` has the value that was accepted of each point, by series and period."""

    watermark: int
    sent: dict[str, float]

    def unsent(self, points: Iterable[Point]) -> Iterator[tuple[Point, float]]:
        """The points that Dynatrace lacks, each with the value or, of a count, the part that it lacks.

        CloudWatch may complete a period after its end. Of a count the difference follows; of a gauge what
        was sent stands, since a second point in the same period would not replace the first.
        """
        for point in points:
            known = self.sent.get(_name(point))
            if known is None:
                yield point, point.value
            elif point.series.kind is Kind.COUNT and point.value > known:
                yield point, point.value - known

    def settle(self, points: Iterable[Point]) -> None:
        """Mark points as sent or dropped."""
        self.sent |= {_name(point): point.value for point in points}

    def forget_before(self, time: int) -> None:
        self.sent = {name: value for name, value in self.sent.items() if int(name.split("@")[1]) >= time}


def _name(point: Point) -> str:
    """Short, since the item has at most 400 kB: 64 bits tell some hundred series apart."""
    series = hashlib.blake2b(point.series.prefix.encode(), digest_size=8).hexdigest()
    return f"{series}@{point.time}"


@dataclass(frozen=True)
class ExportLedger:
    """One item, and a lease on it: two exports at once would send each count twice."""

    dynamodb: "DynamoDBClient"
    table_name: str
    holder: str  # of the lease: each invocation's own, by which it knows its writes again

    def begin(self, now: float, lease_seconds: int, first_watermark: int) -> ExportProgress | None:
        """Take the lease; None while another export has it. The first export of all starts the ledger at
        `first_watermark`, which so stays where it is while exports fail. Raises the SDK's errors."""
        try:
            item = self.dynamodb.update_item(
                TableName=self.table_name,
                Key={"name": {"S": ITEM}},
                UpdateExpression="SET leaseUntil = :until, holder = :holder,"
                " watermark = if_not_exists(watermark, :first)",
                ConditionExpression=TAKE,
                ExpressionAttributeValues={
                    ":now": {"N": str(now)},
                    ":until": {"N": str(now + lease_seconds)},
                    ":holder": {"S": self.holder},
                    ":first": {"N": str(first_watermark)},
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )["Attributes"]
        except ClientError as error:
            item = item_in_the_way(error)
            if item.get("holder") != {"S": self.holder}:
                return None
            # The SDK repeated a write whose answer was lost.
        sent = json.loads(gzip.decompress(item["sent"]["B"])) if "sent" in item else {}
        return ExportProgress(int(item["watermark"]["N"]), sent)

    def commit(self, progress: ExportProgress) -> None:
        """Keep the progress and give the lease back. Raises LeaseLost, and the SDK's errors."""
        try:
            self.dynamodb.update_item(
                TableName=self.table_name,
                Key={"name": {"S": ITEM}},
                UpdateExpression="SET sent = :sent, watermark = :watermark, committedBy = :holder"
                " REMOVE leaseUntil, holder",
                ConditionExpression="holder = :holder",
                ExpressionAttributeValues={
                    ":holder": {"S": self.holder},
                    ":sent": {"B": _packed(progress.sent)},
                    ":watermark": {"N": str(progress.watermark)},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            item = item_in_the_way(error)
            if item.get("committedBy") == {"S": self.holder}:
                return  # the SDK repeated a write whose answer was lost
            raise LeaseLost("another export took over: what this one sent may be sent again") from error


def _packed(sent: dict[str, float]) -> bytes:
    return gzip.compress(json.dumps(sent, separators=(",", ":")).encode(), mtime=0)
