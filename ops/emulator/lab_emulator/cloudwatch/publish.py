"""How the emulator's own services report metrics: one call, without HTTP."""

import time
from collections.abc import Sequence

from localstack.aws.api.cloudwatch import MetricDatum

from lab_emulator.cloudwatch import datum
from lab_emulator.cloudwatch.stores import metric_store


def publish(account_id: str, region: str, namespace: str, data: Sequence[MetricDatum]) -> None:
    """Put `data`, entries as PutMetricData takes them, into CloudWatch, and return at once.

    A `Timestamp` is an aware datetime, and now where there is none. Raises InvalidRequest for what
    PutMetricData refuses; then nothing of `data` is kept.
    """
    datum.record(metric_store(account_id, region), namespace, data, time.time())
