"""Client of the control port: asks what the sinks of another process received, and tells them to fail."""

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

from ops.lab.errors import NotUp, Refused
from ops.lab.sinks.access import HOST, Access, Credentials, Ports, SinkName
from ops.lab.sinks.failure import SinkFailure
from ops.lab.sinks.ledger import Arrival

_TIMEOUT_SECONDS = 5


class SinksClient:
    """Each method raises NotUp where nothing answers on the port, Refused where what answers is no sinks'
    control.
    """

    def __init__(self, port: int) -> None:
        self._base = f"http://{HOST}:{port}"

    def access(self) -> Access:
        """How to reach the sinks, credentials included."""
        found = self._ask("GET", "/access")
        ports, credentials = Ports(**found["ports"]), Credentials(**found["credentials"])
        return Access(ports, credentials, found["ca_certificate"], found["smtp_security"])

    def status(self) -> dict[str, dict[str, Any]]:
        """By the stand-in's name: port, valid, invalid, failed, failure."""
        found: dict[str, dict[str, Any]] = self._ask("GET", "/status")
        return found

    def received(self, name: SinkName, after: int = 0) -> list[Arrival]:
        """What arrived since arrival number `after`, oldest first."""
        return [Arrival(**each) for each in self._ask("GET", f"/received/{name.value}?after={after}")]

    def fail(self, name: SinkName, failure: SinkFailure, for_seconds: float | None = None) -> None:
        """Let it fail from now on, for so many seconds or until it is healed."""
        told = {"kind": failure.kind, "delaySeconds": failure.delay_seconds, "forSeconds": for_seconds}
        self._ask("PUT", f"/failures/{name.value}", told)

    def heal(self, name: SinkName | None = None) -> None:
        """Let one be well again, or all."""
        self._ask("DELETE", f"/failures/{name.value}" if name else "/failures")

    def forget(self) -> None:
        """Let all sinks be well again, with nothing received."""
        self.heal()
        self._ask("DELETE", "/received")

    def _ask(self, method: str, path: str, document: Any = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(self._base + path, data=body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # nosec B310
                return json.load(answer)
        except HTTPError as error:
            raise Refused(f"{self._base}{path} answered {error.code}") from error
        except (OSError, ValueError) as error:
            raise NotUp(
                f"the sinks do not answer on {self._base}: {error}", hint="start them: lab sinks start"
            ) from error
