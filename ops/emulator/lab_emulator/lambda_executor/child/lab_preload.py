"""What a function process may inherit already imported: AWS's SDK, which takes longest to import."""

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Any

# Of the environment, these read HOME alone when imported. No session or client is made of them.
MODULES = (
    "asyncio",  # of the standard library; tracers import it
    "boto3",
    "boto3.dynamodb.conditions",
    "boto3.dynamodb.types",
    "botocore.httpsession",
    "concurrent.futures",
    "simplejson",
)

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
    "xray",  # the tracer makes two clients, each for nothing
)
KINDS = ("service-2", "endpoint-rule-set-1")
DESCRIPTIONS = ("endpoints", "partitions", "_retry", "sdk-default-configuration")


def preload() -> None:
    for name in MODULES:
        importlib.import_module(name)
    keep_descriptions()
    keep_service_names()
    gc.freeze()  # the collector must not touch, and so copy, the pages that all children share


def keep_descriptions() -> None:
    """Read botocore's own description files once for all children; any other file is read as usual."""
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
        for kind in KINDS:
            loader.load_service_model(service, kind)
    loaders.JSONFileLoader.load_file = recall


def keep_service_names() -> None:
    """List botocore's services once for all children: each session looks through 400 folders for each kind.

    A loader with another folder to look in, such as ~/.aws/models, looks as usual.
    """
    loader_class = importlib.import_module("botocore.loaders").Loader
    look = loader_class.list_available_services
    plain, of_boto3 = loader_class(), loader_class()
    of_boto3.search_paths.append(str(Path(importlib.import_module("boto3").__file__ or "").parent / "data"))
    known = {
        (kind, *loader._potential_locations()): loader.list_available_services(kind)
        for loader in (plain, of_boto3)
        for kind in KINDS
    }

    def list_available_services(self: Any, type_name: str) -> list[str]:
        services: list[str] = known.get((type_name, *self._potential_locations())) or look(self, type_name)
        return list(services)

    loader_class.list_available_services = list_available_services


def shadowed(task_root: str, sdk: str) -> set[str]:
    """Return the imported top-level names that the function's code brings in another version.

    On AWS the function's own copy wins, so such a function cannot use what is imported here.
    """
    imported = {name.partition(".")[0] for name in sys.modules}
    brought = {name.partition(".")[0] for name in os.listdir(task_root)}
    return {name for name in imported & brought if _sources(task_root, name) != _sources(sdk, name)}


def _sources(root: str, name: str) -> dict[str, bytes]:
    """A package's or module's Python files: the dist-info, which names the version, is often left out."""
    top = Path(root, name)
    files = top.rglob("*.py") if top.is_dir() else [top.with_suffix(".py")]
    return {str(file.relative_to(root)): file.read_bytes() for file in files if file.is_file()}
