"""Functions of IP addresses. A text that is none is in no subnet and of no kind."""

import ipaddress
from collections.abc import Callable
from functools import lru_cache

from lab_emulator.logs.insights.functions.definition import QueryFunction
from lab_emulator.logs.insights.values import Value, ValueKind

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# The guide's "RFC 1918": Python's is_private knows many more.
_PRIVATE = [ipaddress.ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


@lru_cache(maxsize=4096)
def _address(value: Value) -> Address | None:
    try:
        return ipaddress.ip_address(value) if isinstance(value, str) else None
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _subnet(value: Value) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(value, strict=False) if isinstance(value, str) else None
    except ValueError:
        return None


def _that(test: Callable[[Address], bool]) -> QueryFunction:
    def call(value: Value) -> Value:
        found = _address(value) if isinstance(value, str) else None
        return int(found is not None and test(found))

    return QueryFunction(call, 1, 1)


def _within(*versions: int) -> QueryFunction:
    def call(value: Value, subnet: Value) -> Value:
        if not isinstance(value, str) or not isinstance(subnet, str):
            return 0
        found, network = _address(value), _subnet(subnet)
        if found is None or network is None or found.version not in versions:
            return 0
        return int(found in network)

    return QueryFunction(call, 2, 2)


def _number(value: Value) -> Value:
    found = _address(value) if isinstance(value, str) else None
    return int(found) if isinstance(found, ipaddress.IPv4Address) else None


ADDRESS_FUNCTIONS = {
    "isvalidip": _that(lambda address: True),
    "isvalidipv4": _that(lambda address: address.version == 4),
    "isvalidipv6": _that(lambda address: address.version == 6),
    "isipinsubnet": _within(4, 6),
    "isipv4insubnet": _within(4),
    "isipv6insubnet": _within(6),
    "ipv4tonumber": QueryFunction(_number, 1, 1, ValueKind.COMPUTED),
    "isprivateip": _that(lambda address: any(address in network for network in _PRIVATE)),
    "ispublicip": _that(lambda address: address.is_global),
    "isreservedip": _that(lambda address: address.is_reserved),
}
