"""Every change to LocalStack's own code, each with its reason. Read in version 4.13.1.

A plug-in point is used wherever there is one; what stands here had none.
"""

from localstack.utils.patch import Patches

from lab_emulator.patches import (
    cloudformation,
    compute,
    http_api,
    messaging,
    observability,
    stepfunctions,
    storage,
)


def all_patches() -> Patches:
    """Return the patches of every service."""
    return Patches(
        [
            *compute.patches(),
            *cloudformation.patches(),
            *observability.patches(),
            *http_api.patches(),
            *storage.patches(),
            *messaging.patches(),
            *stepfunctions.patches(),
        ]
    )
