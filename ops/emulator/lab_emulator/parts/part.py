"""Part of this package: one thing that LocalStack lacks, and the check that it was really loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """One thing that LocalStack lacks. `loaded` asks the running process, not the settings."""

    name: str
    adds: str
    loaded: Callable[[], bool]


def provider_of(service_name: str) -> Any:
    """The object that answers the service's API; None where there is no such service."""
    from localstack.services.plugins import SERVICE_PLUGINS

    service = SERVICE_PLUGINS.get_service(service_name)
    return service and service._provider


def is_patched_by(stock: Callable[..., Any], own: Callable[..., Any]) -> bool:
    """Whether `own` stands around `stock`: LocalStack's Patch.function keeps it as `__subject__`."""
    return getattr(stock, "__subject__", None) is own


def has_cloudformation_plugins(plugins: tuple[type, ...]) -> bool:
    """Whether each of these plug-ins is the one that LocalStack finds under its name."""
    from localstack.services.cloudformation.resource_provider import plugin_manager

    return all(isinstance(plugin_manager.load(plugin.name), plugin) for plugin in plugins)
