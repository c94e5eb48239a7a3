"""Changes to LocalStack's code for CloudFormation."""

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [
        *_deployments(),
    ]


def _deployments() -> list[Patch]:
    """Replace resource types that LocalStack gets wrong, and roll failed deployments back.

    Two plug-ins of one name cannot replace a type: plux keeps the one it finds first, and that
    is a matter of directory order. The API makes its engine by name, and gives a stack its last
    status without asking the engine how the deployment went: neither has a hook.
    """
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor
    from localstack.services.cloudformation.v2 import provider as stock
    from localstack.services.cloudformation.v2.entities import Stack

    from lab_emulator.cloudformation.engine import RollingBackExecutor
    from lab_emulator.cloudformation.provider_executor import prefer_replaced
    from lab_emulator.cloudformation.rollback import keep_rolled_back

    load = prefer_replaced(ResourceProviderExecutor.try_load_resource_provider)
    return [
        Patch(ResourceProviderExecutor, "try_load_resource_provider", staticmethod(load)),
        Patch(stock, "ChangeSetModelExecutor", RollingBackExecutor),
        Patch(Stack, "set_stack_status", keep_rolled_back(Stack.set_stack_status)),
    ]
