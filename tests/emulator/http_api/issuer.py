"""An issuer of JSON Web Tokens on 127.0.0.1: discovery document, keys, and tokens signed by them."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encode_number(number: int) -> str:
    return _encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


class Issuer:
    """Serves until it is stopped. `requests` holds the paths that were asked for."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_id = "first"
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def token(self, *, algorithm: str = "RS256", key: rsa.RSAPrivateKey | None = None, **claims: Any) -> str:
        """Return a token that is good for an hour, but for what `claims` say; None removes a claim."""
        now = int(time.time())
        payload = {"iss": self.url, "aud": "lab", "sub": "ada", "iat": now, "exp": now + 3600} | claims
        payload = {name: value for name, value in payload.items() if value is not None}
        header = {"alg": algorithm, "typ": "JWT", "kid": self.key_id}
        signed = ".".join(_encode(json.dumps(part).encode()) for part in (header, payload))
        if algorithm == "none":
            return f"{signed}."
        signature = (key or self.key).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encode(signature)}"

    def _documents(self) -> dict[str, Any]:
        public = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id}
        numbers = {"n": _encode_number(public.n), "e": _encode_number(public.e)}
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [key | numbers]},
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.requests.append(self.path)
                document = issuer._documents().get(self.path)
                body = json.dumps(document).encode()
                self.send_response(200 if document else 404)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output clean."""

        return Handler
