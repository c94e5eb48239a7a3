"""Tracing header: `Root=…;Parent=…;Sampled=…`, as HTTP requests, messages and functions carry it.

https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html, "Tracing header". LocalStack has a class
for it; this one also makes and checks ids, and costs a tenth of it.
"""

import os
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.client import BaseClient

TRACE_HEADER = "X-Amzn-Trace-Id"
# "A trace_id consists of three numbers separated by hyphens": the version, 1, the time of the original
# request in 8 hexadecimal digits, and 96 bits in 24 (xray-api-sendingdata, "Generating trace IDs").
_TRACE_ID = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_SEGMENT_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class TraceContext:
    """What a tracing header says. Each part is None where it is missing or is not what X-Ray takes."""

    root: str | None = None
    parent: str | None = None
    sampled: bool | None = None
    lineage: str | None = None

    @classmethod
    def of(cls, header: str | None) -> "TraceContext":
        if not header:
            return cls()
        parts = dict(part.split("=", 1) for part in header.split(";") if "=" in part)
        root, parent, sampled = parts.get("Root"), parts.get("Parent"), parts.get("Sampled")
        return cls(
            root if root and _TRACE_ID.fullmatch(root) else None,
            parent if parent and _SEGMENT_ID.fullmatch(parent) else None,
            {"0": False, "1": True}.get(sampled or ""),
            parts.get("Lineage"),
        )

    def __str__(self) -> str:
        parts = {
            "Root": self.root,
            "Parent": self.parent,
            "Sampled": None if self.sampled is None else str(int(self.sampled)),
            "Lineage": self.lineage,
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value is not None)


def is_trace_id(text: str) -> bool:
    return bool(_TRACE_ID.fullmatch(text))


def is_segment_id(text: str) -> bool:
    return bool(_SEGMENT_ID.fullmatch(text))


def new_trace_id() -> str:
    return f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"


def new_segment_id() -> str:
    return os.urandom(8).hex()


def began_at(trace_id: str) -> int:
    """When the original request came, by the trace's id, in seconds since the epoch."""
    return int(trace_id.split("-")[1], 16)


def unchanged(header: Any, *_sampled: Any) -> Any:
    """Stand in for two methods of LocalStack's TraceHeader: return the header as it is."""
    return header


def accept_trace_header(client: "BaseClient") -> None:
    """Let each call of the client be given TRACE_HEADER among its parameters."""
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"provide-client-params.{service}", _keep)
    client.meta.events.register(f"before-call.{service}", _send)


def _keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[TRACE_HEADER] = params.pop(TRACE_HEADER, "")


def _send(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    if header := context.pop(TRACE_HEADER, ""):
        params["headers"][TRACE_HEADER] = header
