"""State containers: the stores of the services that are loaded, as their providers show them."""

from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS, Service
from localstack.services.stores import AccountRegionBundle
from localstack.state import StateVisitor
from moto.core.base_backend import BackendDict

Container = AccountRegionBundle[Any] | BackendDict[Any]

# Sessions of roles stay: clients inside the process hold some, and no operation of STS lists them.
LEFT_ALONE = ("sts",)


class StoreCollector(StateVisitor):
    """Visitor that collects stores of LocalStack's and of moto's, each once. Folders on disk it passes by."""

    def __init__(self) -> None:
        self.found: dict[int, Container] = {}

    def visit(self, state_container: Any) -> None:
        if isinstance(state_container, AccountRegionBundle | BackendDict):
            self.found[id(state_container)] = state_container


def loaded_services() -> list[Service]:
    """The services that were asked for something so far."""
    found = [SERVICE_PLUGINS.get_service(name) for name in SERVICE_PLUGINS.list_loaded_services()]
    return [service for service in found if service and service.name() not in LEFT_ALONE]


def containers() -> list[Container]:
    """Every store of every loaded service."""
    collector = StoreCollector()
    for service in loaded_services():
        service.accept_state_visitor(collector)
    return list(collector.found.values())
