"""Private file: a JSON document for this user's eyes alone, replaced as a whole and safe from a crash."""

import json
import os
from pathlib import Path
from typing import Any


def write_private(path: Path, document: Any) -> None:
    """Replace the file, or make it; its folder is made too. Once this returns, the document is on the disk.

    A reader meets the old document or the new one, also where the machine stops in between.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    # Readable by nobody else from the first byte on.
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)  # the new name is on the disk once the folder is
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
