"""Samples the pipeline about once a second while a drill runs, for the report's plots."""

import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab import queues
from ops.lab.drills.journal import Journal
from ops.lab.drills.scene import Scene
from ops.lab.log_tail import FunctionName
from ops.lab.probes import alarms, metrics

_EVERY_SECONDS = 1.0
# The other sources change more slowly, and a sample should not cost more than a few calls.
_SAMPLES_BETWEEN_METRICS = 2


class Sampler:
    """Use as a context manager. Four calls a second at most; a sample that fails is a gap, not an error.

    Errors, throttles and processed records are counted from the drill's beginning.
    """

    def __init__(self, scene: Scene, journal: Journal) -> None:
        self._target = scene.target
        self._since = scene.started_at
        self._journal = journal
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample_on, name="drill sampler", daemon=True)
        self._alarm_names = alarms.names(scene.target)
        self._metrics = {
            "age_seconds": metrics.oldest_message_age(scene.target, scene.target.output("QueueUrl")),
            "processed": metrics.of_lab(scene.target, "Processed"),
            "errors": metrics.of_function(scene.target, FunctionName.WORKER, "Errors"),
            "throttles": metrics.of_function(scene.target, FunctionName.WORKER, "Throttles"),
        }
        self._slow: dict[str, float | None] = dict.fromkeys(self._metrics)
        self._states: dict[str, str] = {}

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _sample_on(self) -> None:
        taken = 0
        while True:
            began = time.monotonic()
            try:
                self._sample(with_metrics=taken % _SAMPLES_BETWEEN_METRICS == 0)
            except (BotoCoreError, ClientError):
                self._journal.series.failed_samples += 1
            taken += 1
            if self._done.wait(max(0.0, began + _EVERY_SECONDS - time.monotonic())):
                return

    def _sample(self, *, with_metrics: bool) -> None:
        at = self._journal.now()
        main, dlq = queues.main_queue(self._target), queues.dead_letter_queue(self._target)
        if with_metrics:
            self._states = alarms.states(self._target, self._alarm_names)
            self._slow = self._counted()
        depths: dict[str, float | None] = {
            "queue_waiting": main.visible,
            "queue_in_flight": main.in_flight,
            "queue_delayed": main.delayed,
            "dlq": dlq.total,
        }
        self._journal.series.add(at, depths | self._slow, self._states)

    def _counted(self) -> dict[str, float | None]:
        by_period = metrics.values(self._target, list(self._metrics.values()), self._since)
        counted: dict[str, float | None] = {
            name: sum(values) for name, values in zip(self._metrics, by_period, strict=True)
        }
        ages = by_period[0]
        return counted | {"age_seconds": ages[-1] if ages else None}
