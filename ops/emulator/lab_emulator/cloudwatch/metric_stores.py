"""Metric stores of all accounts and regions, in the shape in which LocalStack saves and resets state.

The emulator's own services write to them without a request: `metric_store(account, region).add(…)`.
"""

import threading

from localstack.services.stores import LOCAL_ATTR_PREFIX, AccountRegionBundle, BaseStore, LocalAttribute

from lab_emulator.cloudwatch.metric_store import MetricStore

# LocalStack makes an attribute when it is first asked for: two threads that ask at once must get the same.
_first_use = threading.Lock()


class _LabCloudWatchStore(BaseStore):
    """Metrics of one account in one region, beside what LocalStack keeps of CloudWatch."""

    metrics: MetricStore = LocalAttribute(default=MetricStore)


# Under this name a store has the attribute once it was asked for, and until it is reset.
_METRICS = f"{LOCAL_ATTR_PREFIX}metrics"

lab_cloudwatch_stores = AccountRegionBundle("cloudwatch", _LabCloudWatchStore)


def metric_store(account_id: str, region: str) -> MetricStore:
    """The metrics of that account in that region.

    Found as a dictionary finds it: the stores' own way checks account and region, and locks, at each value.
    """
    regions = dict.get(lab_cloudwatch_stores, account_id)
    store = None if regions is None else dict.get(regions, region)
    if store is not None and (metrics := vars(store).get(_METRICS)) is not None:
        return metrics
    with _first_use:
        return lab_cloudwatch_stores[account_id][region].metrics
