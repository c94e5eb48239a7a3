"""Parts of the port, permissions and CloudFormation, and how each is told apart from what LocalStack has."""

from lab_emulator.parts.part import Part, has_cloudformation_plugins


def _listens_where_told() -> bool:
    from localstack.runtime import get_current_runtime

    from lab_emulator.http_server.listen_address_server import ListenAddressServer

    return isinstance(get_current_runtime().components.runtime_server, ListenAddressServer)


def _checks_permissions() -> bool:
    from localstack.aws import handlers

    from lab_emulator.iam.gateway_check import after_response, check_request

    asked = check_request in handlers.serve_custom_service_request_handlers.handlers
    return asked and after_response in handlers.run_custom_response_handlers.handlers


def _lists_its_resource_types() -> bool:
    from localstack.utils.catalog.plugins import get_aws_catalog

    from lab_emulator.cloudformation.resource_type_catalog import RuntimeCatalog

    return isinstance(get_aws_catalog(), RuntimeCatalog)


def _adds_resource_types() -> bool:
    from lab_emulator.cloudformation.resource_types import PLUGINS

    return has_cloudformation_plugins(PLUGINS)


def _updates_resources() -> bool:
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor

    from lab_emulator.cloudformation.resource_types import REPLACED_TYPES

    load = ResourceProviderExecutor.try_load_resource_provider
    return all(type(load(name)) is provider for name, provider in REPLACED_TYPES.items())


PARTS = (
    Part("loopback server", "listens on the configured address", _listens_where_told),
    Part("permissions", "policies are evaluated for each call", _checks_permissions),
    Part(
        "cloudformation types: catalog",
        "what is supported is said without a network",
        _lists_its_resource_types,
    ),
    Part("cloudformation types: added", "dashboards, metric filters, saved queries", _adds_resource_types),
    Part("cloudformation types: replaced", "updates in place, or a failure that says so", _updates_resources),
)
