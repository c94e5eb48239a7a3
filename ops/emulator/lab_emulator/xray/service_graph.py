"""Service graph: which services called which, how often, how long it took, and how it went.

X-Ray API reference, GetServiceGraph. Histograms have one entry for each time that was seen, in seconds.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lab_emulator.xray.trace import Document, Trace, entities, is_receive
from lab_emulator.xray.trace_summary import failures, service_id

ServiceKey = tuple[str, str]  # name and type
_CLIENT = "client"


@dataclass
class _Calls:
    """Segments that one node or one edge stands for."""

    segments: list[Document] = field(default_factory=list)

    def times(self) -> dict[str, Any]:
        ends = [segment.get("end_time") or segment["start_time"] for segment in self.segments]
        starts = [segment["start_time"] for segment in self.segments]
        return {
            "StartTime": datetime.fromtimestamp(min(starts), UTC),
            "EndTime": datetime.fromtimestamp(max(ends), UTC),
        }

    def statistics(self) -> dict[str, Any]:
        failed = [failures(segment) for segment in self.segments]
        throttled = sum(each["throttle"] for each in failed)
        errors = sum(each["error"] for each in failed)
        faults = sum(each["fault"] for each in failed)
        unharmed = sum(not any(each.values()) for each in failed)
        return {
            "OkCount": unharmed,
            "ErrorStatistics": {
                "ThrottleCount": throttled,
                "OtherCount": errors - throttled,
                "TotalCount": errors,
            },
            "FaultStatistics": {"OtherCount": faults, "TotalCount": faults},
            "TotalCount": len(self.segments),
            "TotalResponseTime": round(sum(_seconds(segment) for segment in self.segments), 3),
        }

    def histogram(self) -> list[dict[str, Any]]:
        counts = Counter(round(_seconds(segment), 3) for segment in self.segments)
        return [{"Value": seconds, "Count": count} for seconds, count in sorted(counts.items())]


@dataclass
class _Service:
    identity: dict[str, Any]
    is_root: bool = False
    calls: _Calls = field(default_factory=_Calls)
    edges: dict[ServiceKey, _Calls] = field(default_factory=dict)


class ServiceGraph:
    """Graph of the given traces. Each root is called by a client of its own name, as X-Ray draws it."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._services: dict[ServiceKey, _Service] = {}
        for trace in traces:
            self._add(trace)

    def services(self) -> list[dict[str, Any]]:
        """The nodes as the API answers them; `ReferenceId` is the place in this list."""
        references = {key: number for number, key in enumerate(self._services)}
        return [self._node(key, service, references) for key, service in self._services.items()]

    def _add(self, trace: Trace) -> None:
        owners = {entity["id"]: segment for segment in trace.segments for entity in entities(segment)}
        for segment in trace.segments:
            service = self._service(service_id(segment))
            if not is_receive(segment):  # the invocation itself is a segment of its own trace
                service.calls.segments.append(segment)
            caller = owners.get(segment.get("parent_id", ""))
            if caller is None and not segment.get("links"):
                self._client_of(segment)
            elif caller is not None:
                self._edge(self._service(service_id(caller)), segment)

    def _client_of(self, segment: Document) -> None:
        name = str(segment["name"])
        client = self._service({"Name": name, "Names": [name], "Type": _CLIENT})
        client.is_root = True
        client.calls.segments.append(segment)
        self._edge(client, segment)

    def _edge(self, caller: _Service, segment: Document) -> None:
        caller.edges.setdefault(_key(service_id(segment)), _Calls()).segments.append(segment)

    def _service(self, identity: dict[str, Any]) -> _Service:
        return self._services.setdefault(_key(identity), _Service(identity))

    @staticmethod
    def _node(key: ServiceKey, service: _Service, references: dict[ServiceKey, int]) -> dict[str, Any]:
        node = {
            "ReferenceId": references[key],
            **service.identity,
            "State": "active",
            **(service.calls.times() if service.calls.segments else {}),
            "Edges": [
                {
                    "ReferenceId": references[called],
                    **calls.times(),
                    "SummaryStatistics": calls.statistics(),
                    "ResponseTimeHistogram": calls.histogram(),
                    "Aliases": [],
                }
                for called, calls in service.edges.items()
            ],
        }
        if service.is_root:
            node["Root"] = True
        if key[1] != _CLIENT:
            histogram = service.calls.histogram()
            node |= {
                "SummaryStatistics": service.calls.statistics(),
                "DurationHistogram": histogram,
                "ResponseTimeHistogram": histogram,
            }
        return node


def _key(identity: dict[str, Any]) -> ServiceKey:
    return identity["Name"], identity.get("Type", "")


def _seconds(segment: Document) -> float:
    return float((segment.get("end_time") or segment["start_time"]) - segment["start_time"])
