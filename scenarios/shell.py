"""A document's commands in one bash, as a person would type them."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ops.lab.app.target import Target
from ops.lab.repository import REPOSITORY
from scenarios.documents import Block

_MARK = "@@ block at line "


@dataclass(frozen=True)
class Ran:
    """What each block printed, by its line; `stderr` is everyone's."""

    exit_code: int
    printed: dict[int, str]
    stderr: str

    @property
    def last_line(self) -> int:
        """Of the last block that began."""
        return max(self.printed, default=0)


def run(blocks: list[Block], target: Target, folder: Path, programs: Path) -> Ran:
    """Run the blocks one after another until one fails; `folder` is an empty one, `programs` has `lab`.

    A .lab without a state makes every `lab` take the emulator that answers on LAB_PORT.
    """
    script = folder / "document.sh"
    marked = [f"echo '{_MARK}{block.line}'\n{block.text}" for block in blocks]
    script.write_text("set -euo pipefail\n" + "\n".join(marked))
    bash = shutil.which("bash")
    assert bash is not None
    ended = subprocess.run(
        [bash, script],
        cwd=REPOSITORY,
        env=lab_environment(target, folder) | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    parts = re.split(rf"^{_MARK}(\d+)\n", ended.stdout, flags=re.MULTILINE)
    printed = dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))
    return Ran(ended.returncode, printed, ended.stderr)


def lab_environment(target: Target, folder: Path) -> dict[str, str]:
    """In which `lab` works on this emulator; `folder` is where it finds no lab of its own."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAB_"))}
    return mine | {
        "LAB_PORT": str(urlsplit(target.endpoint or "").port),
        "LAB_DIR": str(folder),
        "NO_COLOR": "1",
        "COLUMNS": "160",
    }
