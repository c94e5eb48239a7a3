"""Parts of the port, and how each is told apart from what LocalStack has."""

from lab_emulator.parts.part import Part


def _listens_where_told() -> bool:
    from localstack.runtime import get_current_runtime

    from lab_emulator.http_server.listen_address_server import ListenAddressServer

    return isinstance(get_current_runtime().components.runtime_server, ListenAddressServer)


PARTS = (Part("loopback server", "listens on the address it is told", _listens_where_told),)
