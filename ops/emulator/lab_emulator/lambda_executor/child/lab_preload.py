"""What a function process may inherit already imported: AWS's SDK, which takes longest to import."""

import gc
import importlib
import os
import sys
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

# Of the environment, these read HOME alone when imported. No session or client is made of them.
MODULES = ("boto3", "boto3.dynamodb.conditions", "botocore.httpsession", "concurrent.futures", "simplejson")

# The first client of a process takes 120 ms, of which 85 are spent on parsing the service's description. A
# machine that starts twenty functions at once would keep them so from their work past a timeout of seconds.
SERVICES = (
    "dynamodb",
    "events",
    "lambda",
    "logs",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
)
DESCRIPTIONS = ("endpoints", "partitions", "_retry", "sdk-default-configuration")


def preload() -> None:
    for name in MODULES:
        importlib.import_module(name)
    keep_descriptions()
    gc.freeze()  # the collector must not touch, and so copy, the pages that all children share


def keep_descriptions() -> None:
    """Read botocore's own description files once for all children; any other file is read as ever."""
    loaders = importlib.import_module("botocore.loaders")
    read = loaders.JSONFileLoader.load_file
    kept: dict[str, Any] = {}

    def keep(self: Any, path: str) -> Any:
        kept[path] = read(self, path)
        return kept[path]

    def recall(self: Any, path: str) -> Any:
        return kept[path] if path in kept else read(self, path)

    loaders.JSONFileLoader.load_file = keep
    loader = loaders.create_loader()
    for name in DESCRIPTIONS:
        loader.load_data(name)
    for service in SERVICES:
        for kind in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, kind)
    loaders.JSONFileLoader.load_file = recall


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
