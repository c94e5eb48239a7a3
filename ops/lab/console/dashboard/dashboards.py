"""Dashboards of the app for all open pages: which there are, their bodies, and what their widgets show."""

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from ops.lab.app.target import Target
from ops.lab.console.dashboard.alarm_widget import KnownAlarms, alarm_names
from ops.lab.console.dashboard.body import DeployedDashboard, parse_body
from ops.lab.console.dashboard.metric_widget import MetricWidget, metric_widget
from ops.lab.console.dashboard.reading import DashboardReading
from ops.lab.console.looking.shared_answer import SharedAnswer
from ops.lab.console.timeline.time_span import TimeSpan
from ops.lab.errors import CommandError, Refused

_OUTPUT = "DashboardName"
_BODY_SECONDS = 30.0
_ALARMS_SECONDS = 4.0
# A little less than the pages' pace, so that the first of them that asks again gets something new.
_OF_THE_PACE = 0.8
_LEAST_PACE = 5.0


@dataclass
class _KeptBoard:
    """Answers about one dashboard, shared; readings by span."""

    board: SharedAnswer[DeployedDashboard] = field(default_factory=SharedAnswer)
    alarms: SharedAnswer[KnownAlarms] = field(default_factory=SharedAnswer)
    data: dict[str, SharedAnswer[str]] = field(default_factory=dict)
    readings: dict[str, DashboardReading] = field(default_factory=dict)


def dashboard_names(target: Target) -> list[str]:
    """Those of the app, which stacks name in their outputs. The ingestion pipeline's is the first."""
    outputs = sorted(
        (key for key in target.outputs if key.endswith(_OUTPUT) and target.outputs[key]),
        key=lambda key: (len(key), key),
    )
    return [target.outputs[key] for key in outputs]


class Dashboards:
    """What the console keeps of the app's dashboards, each a few seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _KeptBoard] = {}

    def board(self, target: Target, name: str) -> DeployedDashboard:
        """The dashboard of that name. Raises Refused where there is none, CommandError for a wrong body."""
        return self._of(target, name).board.get(
            lambda: _deployed(target, name), of=target.outputs, seconds=_BODY_SECONDS
        )

    def alarms(self, target: Target, name: str) -> KnownAlarms:
        """What is known of all alarms that the dashboard names: one call, and none where it names none."""
        board = self.board(target, name)
        names = sorted({each for widget in board.body.widgets for each in alarm_names(widget)})
        return self._of(target, name).alarms.get(
            lambda: KnownAlarms(target, names), of=target.outputs, seconds=_ALARMS_SECONDS
        )

    def data(self, target: Target, name: str, span: TimeSpan) -> str:
        """What its metric widgets show over the span, as JSON. Raises botocore's errors."""
        board, kept = self.board(target, name), self._of(target, name)
        with self._lock:
            answer = kept.data.setdefault(span.name, SharedAnswer())

        def read() -> str:
            reading = self._reading(kept, target, board, span)
            data = reading.read(time.time(), self.alarms(target, name)) | {"version": board.version}
            return json.dumps(data, separators=(",", ":"))

        seconds = max(span.refresh, _LEAST_PACE) * _OF_THE_PACE
        return answer.get(read, of=target.outputs, seconds=seconds)

    def metric_widgets(self, target: Target, name: str) -> dict[str, MetricWidget]:
        """Its metric widgets by key, with the metrics of the alarms that they show."""
        board = self.board(target, name)
        found = [metric_widget(each, target.region) for each in board.body.widgets if each.kind == "metric"]
        if any(widget.alarms for widget in found):
            known = self.alarms(target, name).metric
            found = [widget.with_alarms(known) if widget.alarms else widget for widget in found]
        return {widget.key: widget for widget in found}

    def _reading(
        self, kept: _KeptBoard, target: Target, board: DeployedDashboard, span: TimeSpan
    ) -> DashboardReading:
        reading = kept.readings.get(span.name)
        if reading is None or reading.outputs is not target.outputs or reading.version != board.version:
            widgets = list(self.metric_widgets(target, board.name).values())
            reading = DashboardReading(target, board, widgets, span)
            kept.readings[span.name] = reading
        return reading

    def _of(self, target: Target, name: str) -> _KeptBoard:
        names = dashboard_names(target)
        if name not in names:
            raise Refused(f"the app has no dashboard {name!r}", hint=f"it has {', '.join(names) or 'none'}")
        with self._lock:
            return self._kept.setdefault(name, _KeptBoard())


def _deployed(target: Target, name: str) -> DeployedDashboard:
    try:
        text = target.cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceNotFound", "DashboardNotFoundError"):
            raise
        raise Refused(f"the dashboard {name} is gone", hint="deploy the app again: lab up") from error
    try:
        body = parse_body(text)
    except ValueError as error:
        raise CommandError(f"the body of dashboard {name} cannot be read: {error}") from error
    return DeployedDashboard(name, body, hashlib.sha256(text.encode()).hexdigest()[:16])
