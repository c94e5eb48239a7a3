"""Time that passes only when the model says so, for the functions, the SDK and moto alike."""

import time
from datetime import UTC, datetime

import moto.core.utils
import pytest
from moto.sqs.models import Queue

from functions.common.clock import system_clock
from functions.redrive_runner.pace import Pace
from tests.functions.crash_model.modules import replace_everywhere
from tests.functions.doubles import FakeClock


class VirtualClock(FakeClock):
    """Sleeping and long polling move it, so nothing in a run takes real time."""

    def install(self, patch: pytest.MonkeyPatch) -> None:
        replace_everywhere(patch, system_clock, self)
        patch.setattr(time, "sleep", self.advance)
        # Its defaults were bound when the class was made.
        patch.setattr(Pace.__init__, "__defaults__", (self, self.advance))
        patch.setattr(moto.core.utils, "utcnow", self._utcnow)
        patch.setattr(Queue, "wait_for_messages", lambda _, timeout: self.advance(timeout))

    def _utcnow(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC).replace(tzinfo=None)
