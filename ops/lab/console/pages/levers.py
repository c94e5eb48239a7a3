"""Page of the levers: what may be set by hand during an incident, beside what the template says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.actions import event_source, levers
from ops.lab.actions.levers import LEVERS, Lever, Value, text_of_value
from ops.lab.app import worker_mapping
from ops.lab.app.deployed_template import Template
from ops.lab.app.target import Target
from ops.lab.console.changes.action import act, acting, text_of
from ops.lab.console.context import context_of
from ops.lab.console.looking.background_answer import BackgroundAnswer
from ops.lab.console.looking.kept import kept
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.view import fragment, page
from ops.lab.errors import Refused
from ops.lab.local.command_lock import in_words

_PATH = "/levers"
_NOW_SECONDS = 3.0
# A template changes with a deployment; all of them are read for it.
_TEMPLATE_SECONDS = 30.0
_HOUR, _DAY = 3_600, 86_400
_MEANINGS = {
    "visibility": "how long a received message is hidden; a failed one comes back after it",
    "worker-timeout": "when Lambda ends an invocation of the worker; its lease changes in proportion",
    "lease": "how long a key is held by an attempt that never says how it ended",
    "worker-memory": "and with it the worker's share of a processor",
    "reserved-concurrency": "how many workers may run at once, and are kept free for it; 0 stops it",
    "max-concurrency": "how many workers the mapping starts at once",
    "batch-size": "how many records one invocation gets at most",
    "batching-window": "how long the mapping waits for a batch to fill",
    "event-schema": "which version of the schema the worker holds events to",
    "dlq-retention": "how long the DLQ keeps a message, counted from when it was first sent",
}


@dataclass(frozen=True)
class LeverState:
    """A lever and its values as a person writes them."""

    lever: Lever
    now: str
    template: str

    @property
    def meaning(self) -> str:
        return _MEANINGS.get(self.lever.name, "")

    @property
    def differs(self) -> bool:
        return self.now != self.template

    def long_time(self, value: str) -> str:
        """In brackets what many seconds are; else empty."""
        if self.lever.unit != "s" or not value.isdigit() or int(value) < _HOUR:
            return ""
        days, rest = divmod(int(value), _DAY)
        return f" ({days} {'day' if days == 1 else 'days'})" if not rest else f" ({in_words(int(value))})"

    @property
    def range(self) -> str:
        """What may be set, in words."""
        if self.lever.bounds is None:
            return " or ".join(self.lever.choices)
        least, most = self.lever.bounds
        return f"{least:,} to {most:,} {self.lever.unit}{', or none' if self.lever.may_be_unset else ''}"


def _show(request: Request) -> Response:
    return page(request, "levers.html.j2", title="Levers", **_values(request))


def _now(request: Request) -> Response:
    """What is in force, for the places in the table where it stands."""
    return fragment(request, "levers_now.html.j2", swapped=True, **_values(request))


def _values(request: Request, *, fresh: bool = False) -> dict[str, Any]:
    in_force, warning, delivery = kept(request, _in_force_of).get(fresh=fresh).value
    declared = kept(request, _declared_of).get().value
    return {
        "states": [LeverState(each, in_force[each.name], declared[each.name]) for each in LEVERS],
        "warning": warning,
        "delivery": delivery,
    }


InForce = tuple[dict[str, str], str, str]


def _in_force_of(request: Request) -> BackgroundAnswer[InForce]:
    """Each lever's value, a warning about them, and the state of the delivery."""
    console = context_of(request)

    def read() -> InForce:
        target = console.target
        values = {each.name: text_of_value(each.now(target)) for each in LEVERS}
        return values, levers.visibility_warning(target), worker_mapping.state(target)

    return BackgroundAnswer(read, _NOW_SECONDS)


def _declared_of(request: Request) -> BackgroundAnswer[dict[str, str]]:
    console = context_of(request)

    def read() -> dict[str, str]:
        target = console.target
        template = Template(target)
        return {each.name: text_of_value(each.deployed(target, template)) for each in LEVERS}

    return BackgroundAnswer(read, _TEMPLATE_SECONDS)


def _lever(form: FormData) -> Lever:
    name = text_of(form, "lever")
    for each in LEVERS:
        if each.name == name:
            return each
    raise Refused(f"there is no lever {name[:80]}", hint=f"one of {', '.join(each.name for each in LEVERS)}")


def _set(request: Request, form: FormData) -> Response:
    lever = _lever(form)
    value = lever.parse(text_of(form, "value"))
    return _put(request, f"Set {lever.name}", lambda target: {lever: value}, value=text_of_value(value))


def _reset(request: Request, form: FormData) -> Response:
    lever = _lever(form)

    def declared(target: Target) -> dict[Lever, Value]:
        return {lever: lever.deployed(target, Template(target))}

    return _put(request, f"Reset {lever.name}", declared)


def _reset_all(request: Request, _: FormData) -> Response:
    return _put(request, "Reset all levers", lambda target: levers.drift(target, Template(target)))


def _put(
    request: Request, title: str, wanted: Callable[[Target], dict[Lever, Value]], **detail: Any
) -> Response:
    target = context_of(request).target

    def do() -> str:
        changes = [str(lever.put(target, value)) for lever, value in wanted(target).items()]
        told = "; ".join(changes) or "every lever is where the template has it"
        warning = levers.visibility_warning(target)
        return f"{told}. {warning}" if warning else told

    return _answered(request, act(request, title, do, **detail))


def _pause(request: Request, _: FormData) -> Response:
    def do() -> str:
        event_source.pause(context_of(request).target)
        return "messages wait in the queue, and none of them is used up by retries; the API still accepts"

    return _answered(request, act(request, "Pause the delivery", do))


def _resume(request: Request, _: FormData) -> Response:
    def do() -> str:
        event_source.resume(context_of(request).target)
        return "delivery to the worker is on"

    return _answered(request, act(request, "Resume the delivery", do))


def _answered(request: Request, answer: Response) -> Response:
    """The answer, after which the table asks for what is in force now."""
    kept(request, _in_force_of).get(fresh=True)
    answer.headers["HX-Trigger"] = "levers-changed"
    return answer


PAGE = ConsolePage(
    _PATH,
    "Levers",
    (
        Route(_PATH, _show),
        Route(f"{_PATH}/now", _now),
        Route(f"{_PATH}/set", acting(_set), methods=["POST"]),
        Route(f"{_PATH}/reset", acting(_reset), methods=["POST"]),
        Route(f"{_PATH}/reset-all", acting(_reset_all), methods=["POST"]),
        Route(f"{_PATH}/pause", acting(_pause), methods=["POST"]),
        Route(f"{_PATH}/resume", acting(_resume), methods=["POST"]),
    ),
)
