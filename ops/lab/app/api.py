"""HTTP API of the app, as a client sees it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Retry, Timeout

from ops.lab.app.target import Target

# An HTTP API gives its integration 30 s (API Gateway quotas); a little more, so that its own answer arrives.
_TIMEOUT = Timeout(connect=5, read=35)
# Of what may be sent again: reads, and events, which carry their idempotency keys.
_RETRY = Retry(
    total=4,
    connect=4,
    read=2,
    status=4,
    redirect=0,
    status_forcelist=(503,),
    allowed_methods=None,
    backoff_factor=0.2,
    raise_on_status=False,
)
# Of the rest: a redrive job that was started, and whose answer was lost, would meet itself the second time.
_RETRY_CONNECTING = _RETRY.new(read=0, status=0)
_EVENTS = "/events"


@dataclass(frozen=True)
class ApiAnswer:
    """An HTTP answer. `status` 0 means that none came; `body` then says why under "detail"."""

    status: int
    body: Mapping[str, Any]

    @property
    def came(self) -> bool:
        """Whether there was an answer at all."""
        return self.status != 0

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def told(self) -> str:
        """What it says of itself: the app's answers have `detail`, API Gateway's own `message`."""
        return str(self.body.get("detail") or self.body.get("message") or dict(self.body))


class Api:
    """Calls the API at `base_url` over kept-alive connections, at most `connections` at a time."""

    def __init__(self, base_url: str, headers: Mapping[str, str], *, connections: int = 8) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"content-type": "application/json", **headers}
        self._pool = urllib3.PoolManager(maxsize=connections, block=True, timeout=_TIMEOUT)

    @classmethod
    def of(cls, target: Target, *, connections: int = 8, environ: Mapping[str, str] = os.environ) -> "Api":
        """The target's API. Its key is read from the app's secret; a JWT comes from LAB_TOKEN."""
        headers = {}
        if target.has_output("ApiKeySecretArn"):
            headers["x-api-key"] = target.secret(target.output("ApiKeySecretArn"))
        if token := environ.get("LAB_TOKEN"):
            headers["authorization"] = f"Bearer {token}"
        return cls(target.output("ApiUrl"), headers, connections=connections)

    @property
    def headers(self) -> dict[str, str]:
        """What each request has: the kind of its body, and what the API asks for to let it in."""
        return dict(self._headers)

    def post_event(self, event: Mapping[str, Any], idempotency_key: str | None = None) -> ApiAnswer:
        """POST /events. Without a key, the API derives one from the event."""
        headers = {} if idempotency_key is None else {"idempotency-key": idempotency_key}
        return self.request("POST", _EVENTS, json.dumps(event).encode(), headers)

    def preview_redrive(self, query: Mapping[str, str] | None = None) -> ApiAnswer:
        """GET /redrive/preview."""
        return self.request("GET", "/redrive/preview", query=query)

    def start_redrive(self, options: Mapping[str, Any] | None = None) -> ApiAnswer:
        """POST /redrive/start."""
        return self.request("POST", "/redrive/start", json.dumps(options or {}).encode())

    def redrive_job(self, job_id: str) -> ApiAnswer:
        """GET /redrive/jobs/{id}."""
        return self.request("GET", f"/redrive/jobs/{quote(job_id, safe='')}")

    def cancel_redrive(self, job_id: str) -> ApiAnswer:
        """POST /redrive/cancel."""
        return self.request("POST", "/redrive/cancel", json.dumps({"jobId": job_id}).encode())

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> ApiAnswer:
        """Send one request with any bytes as its body; never raises for what the network or the API does."""
        url = self._base_url + path + (f"?{urlencode(query)}" if query else "")
        try:
            response = self._pool.request(
                method,
                url,
                body=body,
                headers={**self._headers, **(headers or {})},
                retries=_RETRY if method == "GET" or path == _EVENTS else _RETRY_CONNECTING,
            )
        except HTTPError as error:
            return ApiAnswer(0, {"detail": f"{type(error).__name__}: {error}"})
        return ApiAnswer(response.status, _object(response.data))


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        parsed = json.loads(data)
    except ValueError:
        return {"detail": data.decode(errors="replace")[:500]}
    return parsed if isinstance(parsed, dict) else {"value": parsed}
