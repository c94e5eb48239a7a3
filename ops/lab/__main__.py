"""Entry point of the console script `lab`, and of `python -m ops.lab`."""

import gc
import signal

from ops.lab.cli import app


def main() -> None:
    _listen_to_ctrl_c()
    # By default the young are looked through at each 700 new objects: a sixth of what `lab status` takes.
    gc.set_threshold(50_000, 20, 20)
    app(prog_name="lab")


def _listen_to_ctrl_c() -> None:
    """A shell without job control starts `command &` with SIGINT ignored (POSIX, 2.11). Python then keeps it
    so, and a command that goes on until Ctrl-C would never end."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    main()
