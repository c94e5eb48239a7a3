"""Loopback: what runs on this machine is called directly, whatever proxy leads out of it.

A company's laptop has HTTP_PROXY or ALL_PROXY set, and its proxy cannot know what listens on 127.0.0.1 here.
`ops.lab` applies this to its own process when it is imported, so that urllib, botocore and every program that
the lab starts read it.
"""

from collections.abc import Mapping

# With and without brackets: who looks for a host in a URL finds the first, who resolves it the second.
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1", "[::1]")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
# Programs differ in which of the two they read, and which they prefer: curl reads the first alone for HTTP.
_EXCEPTIONS = ("no_proxy", "NO_PROXY")
_EVERYTHING = "*"


def past_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables to set, so that loopback is called directly; none where no proxy is set.

    The caller's own exceptions stay. `*` alone is understood by everyone, and beside others by no one.
    """
    if not any(environ.get(name) or environ.get(name.upper()) for name in _PROXIES):
        return {}
    given = [host.strip() for name in _EXCEPTIONS for host in environ.get(name, "").split(",")]
    hosts = [host for host in dict.fromkeys((*given, *LOOPBACK_HOSTS)) if host]
    value = _EVERYTHING if _EVERYTHING in hosts else ",".join(hosts)
    return dict.fromkeys(_EXCEPTIONS, value)
