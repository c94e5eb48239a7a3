"""Process of the sinks: `python -m ops.lab.sinks`. It ends on SIGTERM."""

import signal
from typing import Annotated

import typer

from ops.lab.sinks.access import Ports
from ops.lab.sinks.control import ControlServer
from ops.lab.sinks.local_sinks import LocalSinks

Port = Annotated[int, typer.Option()]
_ENDS = {signal.SIGTERM, signal.SIGINT}


def main(
    smtp: Port, hec: Port, dynatrace: Port, control: Port, smtp_security: Annotated[str, typer.Option()]
) -> None:
    # Blocked before the first thread starts, and so in all of them: the main thread alone takes the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    with (
        LocalSinks(Ports(smtp, hec, dynatrace, control), smtp_security) as sinks,
        ControlServer(sinks, control),
    ):
        signal.sigwait(_ENDS)


if __name__ == "__main__":
    typer.run(main)
