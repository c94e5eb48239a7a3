"""Background work of the services: ended before their state is put back, and begun anew after.

Providers of this package have LocalStack's own hooks for that, and so has its Lambda. What is here is for
providers that have none, and for what this package keeps beside them.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api.stepfunctions import ExecutionStatus
from localstack.services.s3.notifications import NotificationDispatcher
from localstack.services.ses.provider import EMAILS
from localstack.services.sns.publisher import PublishDispatcher
from localstack.services.stepfunctions.backend.store import sfn_stores

from lab_emulator.deployed_state.state_containers import loaded_services
from lab_emulator.http_api.authorizer_cache import AUTHORIZER_RESULTS
from lab_emulator.http_api.data_plane import throttling
from lab_emulator.iam import caller
from lab_emulator.iam.permission_check import AUTHORIZER, RECORD
from lab_emulator.xray.tracing import tracing

LOG = logging.getLogger(__name__)

# What starts work at others comes first; Lambda, which all others start work at, near the end.
ORDER = ("events", "cloudwatch", "stepfunctions", "sns", "s3", "logs", "lambda", "sqs")


def loaded_providers() -> dict[str, Any]:
    """The providers of the services that are loaded, by service, in the order in which their work ends."""
    found = {service.name(): service._provider for service in loaded_services() if service._provider}
    return dict(sorted(found.items(), key=lambda item: ORDER.index(item[0]) if item[0] in ORDER else -1))


def end_work(providers: dict[str, Any]) -> None:
    """End what works by itself. What it had not done yet it never does."""
    for name, provider in providers.items():
        _OTHERS_END.get(name, _nothing)(provider)
        _call(provider, "on_before_state_load")


def begin_work(providers: dict[str, Any]) -> None:
    """Begin again, in the opposite order: a service that starts work at another finds it started."""
    for name, provider in reversed(providers.items()):
        _OTHERS_BEGIN.get(name, _nothing)(provider)
        _call(provider, "on_after_state_load")


def forget_what_was_seen() -> None:
    """Forget what this process keeps of calls beside the stores: mails, traces, verdicts, answers."""
    EMAILS.clear()
    tracing().store.clear()
    RECORD.clear()
    caller.forget()
    AUTHORIZER.forget()
    AUTHORIZER_RESULTS.clear()
    throttling.forget()


def _call(provider: Any, hook: str) -> None:
    getattr(provider, hook, lambda: None)()


def _nothing(_provider: Any) -> None:
    pass


def _stop_executions(_provider: Any) -> None:
    now = datetime.now(UTC)
    for _account, _region, store in list(sfn_stores.iter_stores()):
        for execution in list(store.executions.values()):
            if execution.exec_status == ExecutionStatus.RUNNING:
                try:
                    execution.stop(now, None, "the lab is reset")
                except Exception:  # one that cannot be stopped must not leave the reset half-way
                    LOG.exception("execution %s was not stopped", execution.exec_arn)


def _end_publications(provider: Any) -> None:
    provider._publisher.shutdown()


def _begin_publications(provider: Any) -> None:
    provider._publisher = PublishDispatcher()


def _end_notifications(provider: Any) -> None:
    provider._notification_dispatcher.shutdown()


def _begin_notifications(provider: Any) -> None:
    provider._notification_dispatcher = NotificationDispatcher()
    provider._expiration_cache.clear()


_OTHERS_END: dict[str, Callable[[Any], None]] = {
    "stepfunctions": _stop_executions,
    "sns": _end_publications,
    "s3": _end_notifications,
}
_OTHERS_BEGIN: dict[str, Callable[[Any], None]] = {
    "sns": _begin_publications,
    "s3": _begin_notifications,
}
