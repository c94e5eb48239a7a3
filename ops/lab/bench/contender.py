"""Contender of a benchmark: an emulator with the app on it, and how long each step of coming up took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from ops.lab.app.api import Api
from ops.lab.app.target import Target
from ops.lab.bench.load import LoadOrder
from ops.lab.bench.process_use import CpuUse, MemoryUse, cpu_use, memory_use

_LOOPBACK = "127.0.0.1"


@dataclass
class StepSeconds:
    """Seconds of each step by its name: start, synth, bootstrap, deploy."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - began, 2)


@dataclass(frozen=True)
class Contender:
    """One emulator that is up with the app deployed. `log` is where it writes its requests, if it does.

    `left_out` are the stacks that it cannot deploy.
    """

    name: str
    pid: int
    target: Target
    steps: StepSeconds
    log: Path | None = None
    left_out: tuple[str, ...] = ()

    def order(self, run: str, events: int, clients: int) -> LoadOrder:
        """What the load generator needs to post to its API."""
        return LoadOrder(self.api_url, self.headers, run, events, clients)

    @property
    def cpu(self) -> CpuUse:
        return cpu_use(self.pid)

    @property
    def memory(self) -> MemoryUse:
        return memory_use(self.pid)

    @property
    def api_url(self) -> str:
        """The API on loopback. The output may name a host that only DNS knows: see `headers`."""
        endpoint = self.target.endpoint or ""
        return endpoint.rstrip("/") + urlsplit(self.target.output("ApiUrl")).path

    @cached_property
    def headers(self) -> dict[str, str]:
        """What each request to the API needs: authorization, and the API's host where that is no address."""
        api = urlsplit(self.target.output("ApiUrl"))
        host = {} if api.hostname == _LOOPBACK else {"host": api.netloc}
        return {**Api.of(self.target).headers, **host}
