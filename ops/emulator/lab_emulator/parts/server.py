"""The runtime server."""

from lab_emulator.parts.part import Part


def _listens_as_told() -> bool:
    from localstack.runtime import get_current_runtime

    from lab_emulator.server import AsToldServer

    return isinstance(get_current_runtime().components.runtime_server, AsToldServer)


PARTS: tuple[Part, ...] = (Part("loopback server", "listens on the address it is told", _listens_as_told),)
