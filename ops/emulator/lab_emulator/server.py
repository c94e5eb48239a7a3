"""Server that listens on the address it is told, and on no other.

LocalStack's Twisted server passes the host on for IPv6 only, and binds every IPv4
interface whatever `GATEWAY_LISTEN` says (localstack/runtime/server/twisted.py, 4.13.1).
"""

from localstack.runtime.server.core import RuntimeServerPlugin
from localstack.runtime.server.twisted import TwistedRuntimeServer


class ListenAddressServer(TwistedRuntimeServer):
    """Twisted's server, bound to the hosts in `GATEWAY_LISTEN`. Plain HTTP: no name, no certificate."""

    def register(self, gateway, listen, ssl_creds=None):
        from twisted.internet import endpoints, reactor

        from lab_emulator.http_channel import PlainHttpSite

        site = PlainHttpSite(gateway)
        for address in listen:
            endpoint = endpoints.TCP4ServerEndpoint(reactor, address.port, interface=address.host)
            endpoint.listen(site)


class ListenAddressServerPlugin(RuntimeServerPlugin):
    """The name by which `GATEWAY_SERVER` chooses the server."""

    name = "listen_address"

    def load(self, *args, **kwargs):
        return ListenAddressServer()
