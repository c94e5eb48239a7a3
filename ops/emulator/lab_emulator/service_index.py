"""The index of all services and operations of AWS, made once for an installation and not at each start.

LocalStack needs it to tell for which service a request is. It looks for the index below the folder where it
writes, which is new each time, and else reads every service that botocore knows: 3.6 s and 350 MB.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

KEPT = Path(sys.prefix) / "share" / "lab-emulator"


def provide() -> None:
    """Put the index where LocalStack looks. Call it once the environment is prepared."""
    from localstack import config
    from localstack.aws import spec

    name = spec._get_catalog_filename()
    if not (KEPT / name).exists() and os.access(sys.prefix, os.W_OK):
        # In a process of its own: what reading takes in memory ends with it.
        subprocess.run([sys.executable, "-m", __name__], check=True)
    wanted = Path(config.dirs.static_libs) / name
    if (KEPT / name).exists() and not wanted.exists():
        wanted.parent.mkdir(parents=True, exist_ok=True)
        wanted.symlink_to(KEPT / name)


def build() -> None:
    """Write the index; two that do so at once do not meet."""
    from localstack.aws import spec

    name = spec._get_catalog_filename()
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
        spec.build_service_index_cache(str(Path(scratch) / name))
        (Path(scratch) / name).replace(KEPT / name)


if __name__ == "__main__":
    build()
