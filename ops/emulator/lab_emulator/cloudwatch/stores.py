"""The metric stores of all accounts and regions, in the shape in which LocalStack saves and resets state."""

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from lab_emulator.cloudwatch.metric_store import MetricStore


class _LabCloudWatchStore(BaseStore):
    metrics: MetricStore = LocalAttribute(default=MetricStore)


lab_cloudwatch_stores = AccountRegionBundle("cloudwatch", _LabCloudWatchStore)


def metric_store(account_id: str, region: str) -> MetricStore:
    """The metrics of that account in that region."""
    return lab_cloudwatch_stores[account_id][region].metrics
