"""AWS clients that all tests of a process share."""

from functools import cached_property
from typing import Any

import boto3


class SharedClients:
    """Session of boto3's that makes one client for the same service and options.

    A client costs more than the calls of most tests. It keeps nothing of an account: each test has a moto of
    its own. Who asks gets a copy, so that a method which a test replaces is replaced for itself alone; the
    hooks of `meta.events` are those of all, and a test takes back what it registers there.
    """

    def __init__(self, session: boto3.Session) -> None:
        self._session = session
        self._made: dict[tuple[str, frozenset[tuple[str, Any]]], Any] = {}

    @property
    def region_name(self) -> str:
        return self._session.region_name

    def client(self, service: str, **options: Any) -> Any:
        asked = (service, frozenset(options.items()))
        if asked not in self._made:
            make: Any = self._session.client  # its stubs have an overload a service
            self._made[asked] = make(service, **options)
        return _copy(self._made[asked])

    def table(self, name: str) -> Any:
        """A table whose items are of Python's own types."""
        return self._tables.Table(name)

    @cached_property
    def _tables(self) -> Any:
        return self._session.resource("dynamodb")


def _copy(client: Any) -> Any:
    """`copy.copy` asks the new client for methods before it has anything, which botocore's does not bear."""
    copied = object.__new__(type(client))
    copied.__dict__.update(client.__dict__)
    return copied
