"""What a function process may inherit already imported: AWS's SDK, which takes longest to import."""

import gc
import importlib
import os
import sys
from importlib.metadata import Distribution
from pathlib import Path

# Of the environment, these read HOME alone when imported. No session or client is made of them.
MODULES = ("boto3", "boto3.dynamodb.conditions", "botocore.httpsession", "concurrent.futures", "simplejson")


def preload() -> None:
    for name in MODULES:
        importlib.import_module(name)
    gc.freeze()  # the collector must not touch, and so copy, the pages that all children share


def shadowed(task_root: str, sdk: str) -> set[str]:
    """Return the imported top-level names that the function's code brings in another version.

    On AWS the function's own copy wins, so such a function cannot use what is imported here.
    """
    imported = {name.partition(".")[0] for name in sys.modules}
    brought = imported & {name.partition(".")[0] for name in os.listdir(task_root)}
    return brought - _same_version(Path(task_root), Path(sdk)) if brought else set()


def _same_version(task_root: Path, sdk: Path) -> set[str]:
    both = {path.name for path in task_root.glob("*.dist-info")} & set(os.listdir(sdk))
    files = (file for name in both for file in Distribution.at(sdk / name).files or ())
    return {file.parts[0].partition(".")[0] for file in files}
