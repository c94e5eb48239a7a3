"""Operations on metrics."""

import time
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.cloudwatch import (
    GetMetricDataInput,
    GetMetricDataOutput,
    GetMetricStatisticsInput,
    GetMetricStatisticsOutput,
    ListMetricsInput,
    ListMetricsOutput,
    PutMetricDataInput,
)
from localstack.http import Request

from lab_emulator.cloudwatch import metric_datum
from lab_emulator.cloudwatch.metric_readings import get_metric_data, get_metric_statistics
from lab_emulator.cloudwatch.metric_stores import lab_cloudwatch_stores, metric_store
from lab_emulator.cloudwatch.paging import page
from lab_emulator.cloudwatch.refusals import refusing

# "Up to 500 results are returned for any one call" (CloudWatch API reference, ListMetrics).
MAX_METRICS_LISTED = 500


class MetricsApi:
    """PutMetricData and what reads it back."""

    @handler("PutMetricData", expand=False)
    @refusing
    def put_metric_data(self, context: RequestContext, request: PutMetricDataInput) -> None:
        store = metric_store(context.account_id, context.region)
        data = [*request.get("MetricData", [])]
        for group in request.get("EntityMetricData") or []:
            data += group.get("MetricData") or []
        metric_datum.record(store, request["Namespace"], data, time.time())

    @handler("GetMetricData", expand=False)
    @refusing
    def get_metric_data(self, context: RequestContext, request: GetMetricDataInput) -> GetMetricDataOutput:
        store = metric_store(context.account_id, context.region)
        return GetMetricDataOutput(**get_metric_data(store, request))

    @handler("GetMetricStatistics", expand=False)
    @refusing
    def get_metric_statistics(
        self, context: RequestContext, request: GetMetricStatisticsInput
    ) -> GetMetricStatisticsOutput:
        store = metric_store(context.account_id, context.region)
        datapoints = get_metric_statistics(store, request)
        return GetMetricStatisticsOutput(Label=request["MetricName"], Datapoints=datapoints)

    @handler("ListMetrics", expand=False)
    @refusing
    def list_metrics(self, context: RequestContext, request: ListMetricsInput) -> ListMetricsOutput:
        """`RecentlyActive` is ignored: everything that is kept is recent."""
        dimensions = {wanted["Name"]: wanted.get("Value") for wanted in request.get("Dimensions") or []}
        store = metric_store(context.account_id, context.region)
        found = store.keys(request.get("Namespace"), request.get("MetricName"), dimensions)
        keys, token = page(found, MAX_METRICS_LISTED, request.get("NextToken"))
        metrics = [
            {
                "Namespace": key.namespace,
                "MetricName": key.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in key.dimensions],
            }
            for key in keys
        ]
        return ListMetricsOutput(Metrics=metrics, NextToken=token)

    def get_raw_metrics(self, _request: Request) -> dict[str, Any]:
        """LocalStack's own `/_aws/cloudwatch/metrics/raw`: every value of every account, one entry each."""
        return {
            "metrics": [
                {
                    "ns": key.namespace,
                    "n": key.name,
                    "v": value,
                    "t": second,
                    "d": [{"n": name, "v": text} for name, text in key.dimensions],
                    "account": account_id,
                    "region": region,
                }
                for account_id, regions in list(lab_cloudwatch_stores.items())
                for region, store in list(regions.items())
                for key, second, _unit, distribution in store.metrics.entries()
                for value in distribution.values or {}
            ]
        }
