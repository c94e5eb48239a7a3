"""The sinks that the functions of this run can reach, if there are any."""

from collections.abc import Iterator
from contextlib import contextmanager

from ops.lab.engines.engine import EngineChoice, EngineName
from ops.lab.local.directory import lab_directory
from ops.lab.sinks import sinks_process
from ops.lab.sinks.client import SinksClient
from ops.lab.sinks.control import ControlServer
from ops.lab.sinks.local_sinks import LocalSinks


@contextmanager
def reachable_sinks(choice: EngineChoice | None) -> Iterator[SinksClient | None]:
    """Those of a new emulator, or (`choice` is None) what `lab sinks` runs beside what is up.

    None for a container: its 127.0.0.1 is not ours, and the sinks listen on no other address.
    """
    if choice is None:
        running = sinks_process.living(lab_directory())
        yield running.client if running else None
    elif choice.name is EngineName.PROCESS:
        with LocalSinks() as started, ControlServer(started) as control:
            yield SinksClient(control.port)
    else:
        yield None
