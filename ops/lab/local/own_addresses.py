"""Own addresses: by which this machine is reached from outside of it."""

import socket


def own_addresses() -> set[str]:
    """This machine's IPv4 addresses other than loopback."""
    addresses = set(_resolve(socket.gethostname()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): picks a route, sends nothing
            addresses.add(probe.getsockname()[0])
        except OSError:
            pass  # no route to anywhere: no outside address to be reached by
    return {address for address in addresses if not address.startswith("127.")}


def _resolve(host: str) -> list[str]:
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, socket.AF_INET)]
    except OSError:
        return []  # a host that does not know its own name has no address under it
