"""Options that the `lab files` commands share, and the target that has the files pipeline."""

import re
from typing import Annotated

import typer

from functions.files.rounds.priority import RoundPriority
from ops.lab.app.target import Target
from ops.lab.errors import NotUp, Refused
from ops.lab.files.upload import FileBatch, new_prefix
from ops.lab.options import TargetName, choose

_LEAST_TIMEOUT_SECONDS = 180.0
# A row's call takes 5 to 30 ms by default; ten of each file run at a time, and three files or more.
_SECONDS_A_ROW = 0.02
# S3's safe characters (User Guide, "Naming Amazon S3 objects"), without a slash at either end.
_PREFIX = re.compile(r"[\w!.*'()-]+(/[\w!.*'()-]+)*", re.ASCII)
# As many as the target's connections: more threads would only wait for one.
MOST_WORKERS = 32

FilesOption = Annotated[int, typer.Option("--files", min=1, max=10_000, help="How many files.")]
RowsOption = Annotated[int, typer.Option("--rows", min=1, max=5_000_000, help="Rows of each file.")]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, max=MOST_WORKERS, help="Uploads at a time.")]
BadRowsOption = Annotated[int, typer.Option("--bad-rows", min=0, help="Rows of each file that break a rule.")]
PrefixOption = Annotated[
    str | None, typer.Option("--prefix", help="The folder under incoming/; a new one by default.")
]
PriorityOption = Annotated[RoundPriority, typer.Option("--priority", help="Who goes first.")]
GzipOption = Annotated[bool, typer.Option("--gzip", help="Upload .csv.gz.")]
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", min=1, help="Seconds to wait at most; 180, or more for many rows."),
]


def choose_files_target(target: TargetName, env: str | None) -> Target:
    """The target, if it has the files pipeline. Raises NotUp where it does not."""
    chosen = choose(target, env)
    if not chosen.has_output("CsvBucketName"):
        raise NotUp(
            f"environment {chosen.env_name!r} has no files pipeline",
            hint="deploy it: lab up -c csvPipeline=true (the default)",
        )
    return chosen


def file_batch(
    files: int,
    rows: int,
    *,
    prefix: str | None = None,
    priority: RoundPriority = RoundPriority.NORMAL,
    bad_rows: int = 0,
    compressed: bool = False,
) -> FileBatch:
    """The files that the options ask for. Raises Refused for what is not possible."""
    if bad_rows > rows:
        raise Refused(f"--bad-rows {bad_rows} is more than --rows {rows}")
    folder = new_prefix() if prefix is None else prefix
    if not _PREFIX.fullmatch(folder):
        raise Refused(
            f"--prefix {folder!r}", hint="letters, digits and !-_.*'() in folders, as nightly/2026-11"
        )
    if folder.partition("/")[0] in (RoundPriority.HIGH, RoundPriority.LOW):
        raise Refused(f"--prefix {folder} would decide the priority", hint="say it: --priority high or low")
    return FileBatch(
        files=files, rows=rows, prefix=folder, priority=priority, bad_rows=bad_rows, compressed=compressed
    )


def patience(batch: FileBatch, timeout: float | None) -> float:
    """Seconds to wait for the files at most."""
    return timeout or max(_LEAST_TIMEOUT_SECONDS, _SECONDS_A_ROW * batch.files * batch.rows)
