"""Daemon of X-Ray: the UDP port on loopback that the SDK in a function sends its segments to.

A datagram is a header line of JSON, `{"format": "json", "version": 1}`, and one segment document
(https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html, "Sending segment documents to the
X-Ray daemon").
"""

import contextlib
import json
import logging
import select
import socket
import threading
from collections.abc import Callable

LOG = logging.getLogger(__name__)

MAX_DATAGRAM_BYTES = 65_535  # UDP's own limit; a document's is 64 kB
# As every SDK of AWS's writes it, so that most datagrams need no parser.
_USUAL_HEADER = b'{"format":"json","version":1}'
_EXPECTED = {"format": "json", "version": 1}

HOST = "127.0.0.1"
# What arrives meanwhile waits in the socket: a thread that woke up for each datagram would take the
# interpreter from other threads, some hundred times a second. A read of traces drains the socket first.
LOOK_SECONDS = 0.1
# The kernel holds this to net.core.rmem_max: twice 208 kB by default, which is some hundred datagrams.
RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024


class Daemon:
    """Receiver of datagrams, which hands on their documents as they are. As UDP has it, what finds the buffer
    full is lost."""

    def __init__(self, take: Callable[[bytes], None], port: int = 0) -> None:
        """Bind to `port`, or to one that is free. Raises OSError where it is taken."""
        self._take = take
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.setblocking(False)
        try:
            self._socket.bind((HOST, port))
        except OSError:
            self._socket.close()
            raise
        self._draining = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="xray-daemon", daemon=True)
        self._thread.start()

    def drain(self) -> None:
        """Hand on everything that was sent before this call."""
        with self._draining, contextlib.suppress(BlockingIOError, OSError):
            while True:
                self._receive(self._socket.recv(MAX_DATAGRAM_BYTES))

    def close(self) -> None:
        self._closing.set()
        if self._thread:
            self._thread.join()
        self._socket.close()

    def _receive(self, datagram: bytes) -> None:
        document = document_in(datagram)
        if document is None:
            LOG.warning("a datagram of %d bytes has no header of the X-Ray daemon's protocol", len(datagram))
        else:
            self._take(document)

    def _run(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            readable, _, _ = select.select([self._socket], [], [], 1.0)
            if readable:
                self.drain()


def document_in(datagram: bytes) -> bytes | None:
    """The segment document of a datagram; None where its header is not that of the protocol."""
    header, newline, document = datagram.partition(b"\n")
    if not newline or not document:
        return None
    return document if header == _USUAL_HEADER or _is_header(header) else None


def _is_header(text: bytes) -> bool:
    try:
        return bool(json.loads(text) == _EXPECTED)
    except ValueError:
        return False
