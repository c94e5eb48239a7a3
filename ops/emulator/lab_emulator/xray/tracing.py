"""Tracing of this emulator: its one daemon, store and sampler, and the settings that they have.

LAB_XRAY_SAMPLING   all (the default), aws or none: see `sampling`
LAB_XRAY_PORT       the daemon's UDP port; by default one that is free. Functions get it in a variable
"""

import os
from collections.abc import Mapping
from functools import cache

from lab_emulator.xray.daemon import HOST, Daemon
from lab_emulator.xray.sampling import RATES, RequestSampler
from lab_emulator.xray.sampling import VARIABLE as SAMPLING_VARIABLE
from lab_emulator.xray.trace_store import TraceStore

PORT_VARIABLE = "LAB_XRAY_PORT"


class InvalidTracing(ValueError):
    """A setting of tracing that is none; says what it can be."""


class Tracing:
    """Where segments come in, and where they are kept."""

    def __init__(self, sampling: str = "all", port: int = 0) -> None:
        """Raises InvalidTracing where the port is taken."""
        self.store = TraceStore()
        self.sampler = RequestSampler(RATES[sampling])
        try:
            self.daemon = Daemon(self.store.record, port)
        except OSError as error:
            raise InvalidTracing(f"{PORT_VARIABLE}={port} cannot be used: {error.strerror}") from error
        self.store.drain = self.daemon.drain
        self.daemon.start()

    @property
    def variables(self) -> dict[str, str]:
        """What the SDK in a function reads, as on AWS (Lambda developer guide, python-tracing)."""
        port = str(self.daemon.port)
        return {
            "AWS_XRAY_DAEMON_ADDRESS": f"{HOST}:{port}",
            "_AWS_XRAY_DAEMON_ADDRESS": HOST,
            "_AWS_XRAY_DAEMON_PORT": port,
        }


def settings(environ: Mapping[str, str] = os.environ) -> tuple[str, int]:
    """The sampling's name and the port, 0 for one that is free. Raises InvalidTracing."""
    sampling, port = environ.get(SAMPLING_VARIABLE) or "all", environ.get(PORT_VARIABLE) or "0"
    if sampling not in RATES:
        raise InvalidTracing(f"{SAMPLING_VARIABLE}={sampling} is none of {', '.join(RATES)}")
    if not port.isdecimal() or int(port) >= 2**16:
        raise InvalidTracing(f"{PORT_VARIABLE}={port} is no port: take a number from 1 to 65535")
    return sampling, int(port)


@cache
def tracing() -> Tracing:
    """The one of this process, by its environment; it listens from the first call on."""
    return Tracing(*settings())
