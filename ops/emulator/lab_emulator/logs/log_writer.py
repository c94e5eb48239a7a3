"""Log writer: how services of the emulator write to CloudWatch Logs, inside the process.

PutLogEvents by a client of botocore's cost more than all the rest of what follows an invocation.
"""

from contextlib import suppress
from functools import cache
from typing import Any

from localstack.services.logs.models import get_moto_logs_backend
from localstack.services.plugins import SERVICE_PLUGINS
from moto.logs.exceptions import ResourceAlreadyExistsException
from moto.logs.models import LogsBackend

from lab_emulator.logs.metric_filters import count_events


def write(
    account_id: str,
    region: str,
    group: str,
    stream: str,
    events: list[dict[str, Any]],
    *,
    creates_group: bool = False,
) -> None:
    """Do what PutLogEvents does: keep the events, forward them, let metric filters count them.

    `events` have a `timestamp`, in milliseconds, and a `message`. A stream that is missing is created; a
    group only for services that may. Raises moto's ResourceNotFoundException where there is none.
    """
    _load_service()
    backend = get_moto_logs_backend(account_id, region)
    if group not in backend.groups or stream not in backend.groups[group].streams:
        _create(backend, group, stream, creates_group)
    backend.put_log_events(group, stream, events)
    count_events(account_id, region, group, events, at_once=True)


@cache
def _load_service() -> None:
    SERVICE_PLUGINS.require("logs")  # its patches forward what is written


def _create(backend: LogsBackend, group: str, stream: str, creates_group: bool) -> None:
    with suppress(ResourceAlreadyExistsException):  # another writer was first
        if creates_group and group not in backend.groups:
            backend.create_log_group(group, {})
    with suppress(ResourceAlreadyExistsException):
        backend.create_log_stream(group, stream)
