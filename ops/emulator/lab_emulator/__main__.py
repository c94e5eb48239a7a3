"""Command `lab-emulator`, also `python -m lab_emulator`: start LocalStack with this package.

An option stands for a variable of `environment`, so that a container, which has no options, says the same.
"""

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence

from lab_emulator import deferred_modules, environment, python_compat, service_index, speed
from lab_emulator.iam import mode
from lab_emulator.iam.mode import InvalidIamMode
from lab_emulator.speed import InvalidSpeed
from lab_emulator.xray.tracing import InvalidTracing

DESCRIPTION = """\
Run LocalStack 4.13.1 with what the DLQ Reliability Lab adds to it, until Ctrl-C or SIGTERM. It prints the
endpoint once it is ready, and ends with all that it started. Nothing is kept for the next start."""
LOOPBACK_NAMES = {environment.LOOPBACK, "localhost"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until a signal ends it. Exits with one line where it cannot start."""
    try:
        _apply_options(_parser().parse_args(arguments))
        environment.prepare()
        _refuse_taken_port(environment.host_of(), environment.port_of())
        _run()
    except (InvalidSpeed, InvalidIamMode, InvalidTracing, StartRefused) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # before LocalStack's own handler of signals is in place
        sys.exit(128 + 2)


class StartRefused(Exception):
    """LocalStack cannot be started so; the message says what to do."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("lab-emulator", description=DESCRIPTION)
    parser.add_argument("--port", help=f"LAB_PORT, or {environment.DEFAULT_PORT}")
    parser.add_argument(
        "--host", help=f"{environment.LOOPBACK} and no other: it runs every function that it is sent, as you"
    )
    parser.add_argument(
        "--speed", help=f"how much faster than on AWS alarms and schedules pass: {speed.VARIABLE}, or 1"
    )
    parser.add_argument(
        "--iam",
        metavar="MODE",
        help=f"enforce, warn or off, for what AWS would deny: {mode.VARIABLE}, or warn",
    )
    parser.add_argument(
        "--data", metavar="FOLDER", help="for what it writes: LAB_STATE_DIR, or a temporary folder"
    )
    return parser


def _apply_options(options: argparse.Namespace) -> None:
    if options.host and options.host not in LOOPBACK_NAMES:
        raise StartRefused(
            f"lab-emulator listens on {environment.LOOPBACK} alone, not on {options.host}:"
            " it runs every function that it is sent, as you, and asks for no password"
        )
    if options.host:
        os.environ["LAB_LISTEN"] = environment.LOOPBACK
    chosen = {
        "LAB_PORT": options.port,
        speed.VARIABLE: options.speed,
        mode.VARIABLE: options.iam,
        "LAB_STATE_DIR": options.data,
    }
    os.environ.update({name: value for name, value in chosen.items() if value is not None})
    try:
        valid = 0 < environment.port_of() < 2**16
    except ValueError:
        valid = False
    if not valid:
        raise StartRefused(f"{os.environ['LAB_PORT']} is no port: take a number from 1 to 65535")


def _refuse_taken_port(host: str, port: int) -> None:
    """Say at once what LocalStack would say after some seconds, and go on without a socket."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "is in use by another program" if taken else f"cannot be used: {error.strerror}"
            raise StartRefused(f"port {port} {reason}; choose another one with --port") from error


def _run() -> None:
    python_compat.import_packages_api()
    service_index.provide()
    deferred_modules.defer_modules()
    from localstack.runtime.main import main as run_localstack

    run_localstack()


if __name__ == "__main__":
    main()
