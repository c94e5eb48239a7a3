"""How the emulator's own services report metrics: one call, without HTTP."""

from collections.abc import Sequence

from localstack.aws.api.cloudwatch import MetricDatum
from localstack.aws.connect import connect_to


def publish(account_id: str, region: str, namespace: str, data: Sequence[MetricDatum]) -> None:
    """Put `data`, entries as PutMetricData takes them, into CloudWatch.

    A `Timestamp` is an aware datetime, and now where there is none. Raises ClientError for data
    that PutMetricData refuses.
    """
    if data:
        client = connect_to(aws_access_key_id=account_id, region_name=region).cloudwatch
        client.put_metric_data(Namespace=namespace, MetricData=list(data))
