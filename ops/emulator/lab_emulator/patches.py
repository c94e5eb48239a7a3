"""Every change to LocalStack's own code, each with its reason. Read in version 4.13.1.

A plug-in point is used wherever there is one; what stands here had none.
"""

from localstack.utils.patch import Patch, Patches


def all_patches() -> Patches:
    """Return the patches in the order in which they are applied."""
    return Patches([])


__all__ = ["Patch", "all_patches"]
