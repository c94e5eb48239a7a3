"""Certificate for 127.0.0.1, of an authority of the test run's own."""

import ssl
from functools import cache

import trustme

_authority = cache(trustme.CA)


def certificate() -> str:
    """The authority's certificate, in PEM: what a client has to trust."""
    return _authority().cert_pem.bytes().decode()


@cache
def server_context() -> ssl.SSLContext:
    """What a server with a certificate of that authority wraps its connections in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert("127.0.0.1").configure_cert(context)
    return context
