"""Operations that are evaluated, each with its requirements."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.operations import looked_up_resource
from lab_emulator.iam.operations.requirement import Requirement, Resources
from lab_emulator.iam.operations.resource_template import ResourceTemplates

Operations = Mapping[str, tuple[Requirement, ...]]


def requirements(call: ApiCall) -> Sequence[Requirement] | None:
    """What a call needs, which may be nothing; None where the table does not have its operation."""
    service = _service(call.service)
    if service is None:
        return None
    if service.get("by_method"):
        return [Requirement(f"{service['prefix']}:{call.method}", looked_up_resource.rest_path)]
    return operations_of(call.service).get(call.operation)


@cache
def _service(name: str) -> dict[str, Any] | None:
    """The file of a service, by botocore's name of it."""
    found = files(__package__) / f"{name}.toml"
    return tomllib.loads(found.read_text()) if found.is_file() else None


@cache
def operations_of(name: str) -> Operations:
    """Every operation of a service in the table, with its requirements."""
    service = _service(name) or {}
    templates = {kind: ResourceTemplates(texts) for kind, texts in service.get("resources", {}).items()}

    def resources_of(kind: str) -> Resources:
        return templates[kind] if kind in templates else getattr(looked_up_resource, kind)

    return {
        operation: tuple(Requirement.parse(text, service["prefix"], resources_of) for text in texts)
        for operation, texts in service.get("operations", {}).items()
    }


def services() -> list[str]:
    """The services that the table has, by botocore's names."""
    names = (file.name for file in files(__package__).iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
