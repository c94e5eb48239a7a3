"""The long names of regions, as messages and subjects have them."""

from functools import cache

import botocore.session


@cache
def region_name(region: str) -> str:
    """`US East (N. Virginia)` for us-east-1; the code itself where nobody knows a name."""
    endpoints = botocore.session.get_session().get_data("endpoints")
    for partition in endpoints["partitions"]:
        if found := partition["regions"].get(region):
            return str(found["description"])
    return region
