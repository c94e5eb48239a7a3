"""Sampler of a pipeline: about once a second while a drill runs, for the report's plots."""

import threading
import time

from ops.lab.app.aws_errors import FORESEEN_ERRORS
from ops.lab.drills.declaration import DrilledPipeline, Samples
from ops.lab.drills.journal import DrillJournal
from ops.lab.drills.scene import Scene
from ops.lab.probes import alarms

_EVERY_SECONDS = 1.0
_SAMPLES_BETWEEN_METRICS = 2


class Sampler:
    """Use as a context manager. A few calls a second; a sample that fails is a gap and no error."""

    def __init__(self, pipeline: DrilledPipeline, scene: Scene, journal: DrillJournal) -> None:
        self._pipeline = pipeline
        self._scene = scene
        self._journal = journal
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample_on, name="drill sampler", daemon=True)
        self._alarm_names = pipeline.alarms(scene.target)
        self._counted: Samples = {}

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
            states = alarms.states(self._scene.target, self._alarm_names)
            if with_metrics:
                self._counted = self._pipeline.counts(self._scene)
            self._journal.series.add(at, self._pipeline.depths(self._scene) | self._counted, states)
        except FORESEEN_ERRORS:
            self._journal.series.failed_samples += 1
