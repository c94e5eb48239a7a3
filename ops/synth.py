"""Synthesizes the app with its default settings, as `lab deploy` would: for the commit hook.

Needs no network and no credentials. What settings and constructs refuse, ends it with the reason.
"""

import sys
import tempfile
from pathlib import Path

from ops.lab.deployment.cdk_cli import synthesize
from ops.lab.errors import CommandError
from ops.lab.local.child_process import ChildProcesses
from ops.lab.terminal import show_error


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="lab-synth-") as folder:
        children = ChildProcesses(Path(folder) / "synth.log")
        try:
            synthesize(Path(folder) / "cdk.out", {}, children.run)
        except CommandError as error:
            show_error(error)
            return error.exit_code
        finally:
            children.end_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
