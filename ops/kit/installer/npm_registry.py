"""npm registry of a kit: serves its tarballs on loopback while `npm ci` runs.

`npm ci` asks a registry for a package's document even where the lock has its checksum. A prefilled cache
would do as well, but its index is npm's own affair, names the registry it was filled from, and differs with
every filling. The documents here are of the registry's public API (npm's documentation, "package metadata"),
and npm compares each tarball with the checksum of the lock.
"""

import base64
import hashlib
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

_TARBALLS = "/-/"


class NpmRegistry(ThreadingHTTPServer):
    """Server of the tarballs of `folder`, on a free port of loopback."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), NpmRegistryHandler)
        self.tarballs = {path.name: path for path in sorted(folder.glob("*.tgz"))}
        self.documents: dict[str, dict[str, Any]] = {}
        for path in self.tarballs.values():
            self._add(path)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def _add(self, path: Path) -> None:
        package = package_json(path)
        document = self.documents.setdefault(
            package["name"], {"name": package["name"], "dist-tags": {}, "versions": {}}
        )
        document["dist-tags"]["latest"] = package["version"]
        document["versions"][package["version"]] = package | {
            "dist": {"tarball": f"{self.url}{_TARBALLS}{path.name}", "integrity": integrity(path)}
        }


class NpmRegistryHandler(BaseHTTPRequestHandler):
    """Answers GET of a package's document, and of a tarball."""

    server: NpmRegistry

    def do_GET(self) -> None:
        name = unquote(self.path)
        tarball = self.server.tarballs.get(name.removeprefix(_TARBALLS))
        if name.startswith(_TARBALLS) and tarball is not None:
            self._answer(200, "application/octet-stream", tarball.read_bytes())
        elif document := self.server.documents.get(name.removeprefix("/")):
            self._answer(200, "application/json", json.dumps(document).encode())
        else:
            self._answer(404, "application/json", b'{"error": "this kit has no such package"}')

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: npm tells what it misses."""

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def npm_registry(folder: Path) -> Iterator[str]:
    """The address of a registry that runs as long as the context."""
    with NpmRegistry(folder) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.url
        finally:
            server.shutdown()
            thread.join()


def package_json(tarball: Path) -> dict[str, Any]:
    """What the package says of itself. It lies in the one folder of the tarball, mostly named `package`."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            if member.name.count("/") == 1 and member.name.endswith("/package.json"):
                file = archive.extractfile(member)
                assert file is not None
                found: dict[str, Any] = json.load(file)
                return found
    raise ValueError(f"{tarball.name} has no package.json")


def integrity(path: Path) -> str:
    """The checksum as npm's locks write it (Subresource Integrity)."""
    with path.open("rb") as file:
        return "sha512-" + base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode()
