"""Reset of the running emulator to the state that was kept."""

import logging
import threading
import time
from dataclasses import dataclass

from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore

from lab_emulator.deployed_state.background_work import (
    begin_work,
    end_work,
    forget_what_was_seen,
    loaded_providers,
)
from lab_emulator.deployed_state.emptying import empty
from lab_emulator.deployed_state.state_copy import StateCopy
from lab_emulator.http_server.request_gate import GATE

LOG = logging.getLogger(__name__)

# Requests that are served when the gate closes; by then their functions and queues are ended. The one that
# asks for the reset is served too.
REQUESTS_END_WITHIN_SECONDS = 3.0


class NothingKept(Exception):
    """No state was kept yet."""


@dataclass(frozen=True)
class KeptState:
    """Copy that was kept, and when, in seconds since the epoch."""

    copy: StateCopy
    kept_at: float


class DeployedState:
    """The one state that is kept, in memory; the latest counts."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._kept: KeptState | None = None

    @property
    def kept_at(self) -> float | None:
        return self._kept.kept_at if self._kept else None

    def keep(self) -> int:
        """Keep the state as it is now; return the size of the copy in bytes. Raises CopyFailed."""
        with self._one_at_a_time:
            self._kept = None  # should this fail, the one before would take the deployment back
            copy = StateCopy.take(_objects())
            self._kept = KeptState(copy, time.time())
            return len(copy.pickled)

    def reset(self) -> float:
        """Go back to the state that was kept, without its data; return the seconds that it took.

        Raises NothingKept. Requests that come meanwhile are turned away.
        """
        with self._one_at_a_time:
            if self._kept is None:
                raise NothingKept("no state was kept: it is at the end of each deployment by `lab`")
            began = time.monotonic()
            with GATE.closed():
                self._put_back(self._kept.copy)
            return time.monotonic() - began

    def _put_back(self, copy: StateCopy) -> None:
        providers = loaded_providers()
        end_work(providers)
        if left := GATE.wait_until_idle(REQUESTS_END_WITHIN_SECONDS, besides=1) - 1:
            LOG.warning("%s requests are still being served while the state is put back", left)
        copy.put_back(_objects())
        empty()
        forget_what_was_seen()
        begin_work(providers)


def _objects() -> EphemeralS3ObjectStore | None:
    s3 = loaded_providers().get("s3")
    return s3._storage_backend if s3 else None
