"""Link to a room's host: one request after another, straight to it, past any proxy, and nothing but these.

An answer is read to a limit and checked: whoever sits at that address may be anybody.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from ops.lab.errors import NotUp, Refused
from ops.lab.incidents.card import ScoreCard
from ops.lab.room.protocol import LARGEST_ANSWER_BYTES, VERSION, read_answer

_TIMEOUT_SECONDS = 10.0
# An answer of these says that it is no use to send the same again.
_REFUSALS = frozenset({400, 403, 409, 413, 415})


class HostAway(NotUp):
    """The host does not answer, or asks to wait: the same may be sent again."""


class LaptopUnknown(Refused):
    """The host does not know this laptop's token."""


class HostLink:
    """May raise HostAway of each, LaptopUnknown of all but `join`, Refused where the host refuses it."""

    def __init__(self, host: str, port: int) -> None:
        self._where = f"{host}:{port}"
        self._pool = urllib3.HTTPConnectionPool(
            host.strip("[]"), port, timeout=urllib3.Timeout(_TIMEOUT_SECONDS), maxsize=1, retries=False
        )

    def join(self, code: str, name: str) -> dict[str, Any]:
        """The answer has this laptop's token."""
        return self._post("/join", {"version": VERSION, "code": code, "name": name}, "joined")

    def heartbeat(self, token: str) -> dict[str, Any]:
        return self._post("/heartbeat", {"version": VERSION, "sent_at": time.time()}, "heard", token)

    def card(self, token: str, sequence: int, card: ScoreCard) -> dict[str, Any]:
        document = {"version": VERSION, "sequence": sequence, "card": card.to_json()}
        return self._post("/card", document, "heard", token)

    def leave(self, token: str) -> dict[str, Any]:
        return self._post("/leave", {"version": VERSION}, "heard", token)

    def close(self) -> None:
        self._pool.close()

    def _post(self, path: str, document: Mapping[str, Any], kind: str, token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "User-Agent": "lab-room"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        try:
            answer = self._pool.request(
                "POST", path, body=body, headers=headers, redirect=False, preload_content=False
            )
            with answer:
                content = answer.read(LARGEST_ANSWER_BYTES)
        except (HTTPError, OSError) as error:
            raise HostAway(
                f"the room at {self._where} does not answer ({type(error).__name__})",
                hint="is its host on, and this laptop in the same network?",
            ) from error
        if answer.status == 200:
            return self._read(kind, content)
        problem = self._read("problem", content)
        said, hint = f"the room at {self._where}: {problem['problem']}", problem["hint"]
        if answer.status == 401:
            raise LaptopUnknown(said, hint=hint)
        if answer.status in _REFUSALS:
            raise Refused(said, hint=hint)
        raise HostAway(said, hint=hint)

    def _read(self, kind: str, content: bytes) -> dict[str, Any]:
        try:
            return read_answer(kind, content)
        except Refused as error:
            raise HostAway(
                f"at {self._where} something else answers than a room: {error}", hint="is the port right?"
            ) from None
