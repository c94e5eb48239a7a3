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
_SAMPLES_BETWEEN_METRICS = 2

Values = dict[str, float | None]


class Sampler:
    """Use as a context manager. A few calls a second; a sample that fails is a gap and no error."""

    def __init__(self, scene: Scene, journal: Journal) -> None:
        self._target = scene.target
        self._since = scene.started_at
        self._journal = journal
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample_on, name="drill sampler", daemon=True)
        self._alarm_names = alarms.names(scene.target)
        self._counted: Values = {}

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take a last sample, so that the plots show how the drill ended."""
        self._done.set()
        self._thread.join()

    def _sample_on(self) -> None:
        taken, last = 0, False
        while not last:
            began = time.monotonic()
            last = self._done.is_set()
            self._try_sample(with_metrics=last or taken % _SAMPLES_BETWEEN_METRICS == 0)
            taken += 1
            self._done.wait(max(0.0, began + _EVERY_SECONDS - time.monotonic()))

    def _try_sample(self, *, with_metrics: bool) -> None:
        try:
            at = self._journal.now()
            states = alarms.states(self._target, self._alarm_names)
            if with_metrics:
                self._counted = self._count()
            self._journal.series.add(at, self._depths() | self._counted, states)
        except (BotoCoreError, ClientError):
            self._journal.series.failed_samples += 1

    def _depths(self) -> Values:
        main, dlq = queues.main_queue(self._target), queues.dead_letter_queue(self._target)
        return {
            "queue_waiting": main.visible,
            "queue_in_flight": main.in_flight,
            "queue_delayed": main.delayed,
            "dlq": dlq.total,
        }

    def _count(self) -> Values:
        """The age of the oldest message now, and what was counted since the drill began."""
        target, worker = self._target, FunctionName.WORKER
        counters = {
            "processed": metrics.of_lab(target, "Processed"),
            "errors": metrics.of_function(target, worker, "Errors"),
            "throttles": metrics.of_function(target, worker, "Throttles"),
        }
        failures = metrics.all_of_lab(target, "Errors")
        counted = metrics.values(target, [*counters.values(), *failures], self._since)
        sums = [sum(values) for values in counted]
        return {
            "age_seconds": metrics.latest(
                target, metrics.oldest_message_age(target, target.output("QueueUrl"))
            ),
            **dict(zip(counters, sums, strict=False)),
            "failed": sum(sums[len(counters) :]),
        }
