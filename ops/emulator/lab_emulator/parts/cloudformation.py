"""CloudFormation."""

from lab_emulator.parts.part import Part


def _knows_its_resource_types() -> bool:
    from localstack.utils.catalog.plugins import get_aws_catalog

    from lab_emulator.cloudformation.catalog import RuntimeCatalog

    return isinstance(get_aws_catalog(), RuntimeCatalog)


def _adds_resource_types() -> bool:
    from localstack.services.cloudformation.resource_provider import plugin_manager

    from lab_emulator.cloudformation import plugins

    ours = (
        plugins.DashboardPlugin,
        plugins.MetricFilterPlugin,
        plugins.QueryDefinitionPlugin,
        plugins.ResourcePolicyPlugin,
    )
    return all(isinstance(plugin_manager.load(plugin.name), plugin) for plugin in ours)


def _updates_resources() -> bool:
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor

    from lab_emulator.cloudformation.registry import MENDED

    load = ResourceProviderExecutor.try_load_resource_provider
    return all(type(load(name)) is provider for name, provider in MENDED.items())


PARTS: tuple[Part, ...] = (
    Part(
        "cloudformation types: catalog",
        "knows what is supported without a network",
        _knows_its_resource_types,
    ),
    Part("cloudformation types: added", "dashboards, metric filters, saved queries", _adds_resource_types),
    Part("cloudformation types: mended", "updates in place, or a failure that says so", _updates_resources),
)
