"""An AWS client whose every API call goes through its service's circuit."""

from functools import partial
from typing import Any, TypeVar, cast

from functions.common.circuit_breaker import Circuit

Client = TypeVar("Client")


def guarded(client: Client, circuit: Circuit) -> Client:
    """The client, with its operations behind the circuit.

    Paginators and waiters are not: they call the client underneath, and the functions use none.
    """
    return cast(Client, _Guarded(client, circuit))


class _Guarded:
    def __init__(self, client: Any, circuit: Circuit) -> None:
        self._client = client
        self._circuit = circuit

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._client, name)
        if name not in self._client.meta.method_to_api_mapping:
            return attribute
        return partial(self._circuit.call, attribute)
