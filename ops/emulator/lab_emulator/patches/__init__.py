"""Every change to LocalStack's own code, each with its reason. Read in version 4.13.1.

A plug-in point is used wherever there is one; what stands here had none.
"""

from localstack.utils.patch import Patches

from lab_emulator.patches import compute, data, http_api, observability, platform, stepfunctions


def all_patches() -> Patches:
    """Return the patches of every service."""
    return Patches(
        [
            *platform.patches(),
            *compute.patches(),
            *data.patches(),
            *observability.patches(),
            *http_api.patches(),
            *stepfunctions.patches(),
        ]
    )
