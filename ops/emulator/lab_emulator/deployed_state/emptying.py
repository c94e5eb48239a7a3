"""Emptying: what a copy is rid of once it is back, so that a lab that was deployed to in use starts empty.

Configuration stays: queues, tables, groups of logs with their filters, alarms. S3 keeps its objects: what is
in a bucket when a deployment ends may belong to it, as the code of the functions does.
"""

from typing import Any

from localstack.services.sqs.models import sqs_stores
from localstack.services.stepfunctions.backend.store import sfn_stores
from moto.dynamodb.models import dynamodb_backends
from moto.logs.models import logs_backends

from lab_emulator.cloudwatch.alarms.alarm_book import AlarmBook
from lab_emulator.cloudwatch.metric_stores import lab_cloudwatch_stores
from lab_emulator.logs.insights.query_run import query_run_stores


def empty() -> None:
    """Remove the data that the services hold."""
    for bundle in (lab_cloudwatch_stores, query_run_stores):
        bundle.reset()
    for _account, _region, store in list(sfn_stores.iter_stores()):
        store.executions.clear()
    for _account, _region, store in list(sqs_stores.iter_stores()):
        for queue in store.queues.values():
            queue.clear()
    for backend in _backends(dynamodb_backends):
        for table in backend.tables.values():
            table.items.clear()
    for backend in _backends(logs_backends):
        for group in backend.groups.values():
            group.streams.clear()
    AlarmBook().begin_anew()


def _backends(backends: Any) -> list[Any]:
    return [backend for _account, _region, backend in list(backends.iter_backends())]
