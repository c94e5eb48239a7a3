"""Record of calls: what was asked for since the emulator came up, counted by caller, action and resource.

Sessions of one role count as the role. Names that are made at run time are one resource: an object below its
folder, a stream of a log group, an execution of a state machine.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from lab_emulator.iam.evaluation.least_policy import with_open_name
from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind
from lab_emulator.iam.verdict import PermissionFinding, Verdict

CAPACITY = 5_000
# Verdicts are kept by the authorizer and come again as the same object: which record one belongs to is kept.
_VERDICTS_KEPT = 20_000

_Key = tuple[str, str, str, PermissionFinding]


@dataclass
class RecordedCall:
    """Calls that are alike. `verdict` is the first one's, `resource` what all have in common."""

    caller: str
    resource: str
    verdict: Verdict
    count: int = 0

    def as_json(self) -> dict[str, object]:
        """The answer of `/_lab/iam/calls`."""
        principal = self.verdict.principal
        return {
            "principal": self.caller,
            "kind": principal.kind.value,
            "session": principal.arn,
            "account": principal.account_id,
            "action": self.verdict.action,
            "resource": self.resource,
            "finding": str(self.verdict.finding),
            "count": self.count,
            "context": {key: list(values) for key, values in self.verdict.context.items()},
            "message": self.verdict.message,
            "missing": self.verdict.missing,
            "policy": self.verdict.where,
        }


@dataclass
class CallRecord:
    """The calls. At CAPACITY kinds of calls no new kind is kept; `dropped` counts calls of such."""

    dropped: int = 0
    _calls: dict[_Key, RecordedCall] = field(default_factory=dict)
    _by_verdict: dict[int, tuple[Verdict, RecordedCall]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, verdict: Verdict) -> None:
        """Count one call."""
        with self._lock:
            if known := self._by_verdict.get(id(verdict)):
                known[1].count += 1
                return
            caller, resource = caller_name(verdict.principal), common_name(verdict.resource)
            key = (caller, verdict.action, resource, verdict.finding)
            call = self._calls.get(key)
            if call is None:
                if len(self._calls) >= CAPACITY:
                    self.dropped += 1
                    return
                call = self._calls[key] = RecordedCall(caller, resource, verdict)
            call.count += 1
            if len(self._by_verdict) >= _VERDICTS_KEPT:
                self._by_verdict.clear()
            # With the verdict itself: that keeps the object alive, so its id() is not reused.
            self._by_verdict[id(verdict)] = (verdict, call)

    def clear(self) -> None:
        """Forget every call."""
        with self._lock:
            self._calls.clear()
            self._by_verdict.clear()
            self.dropped = 0

    def __iter__(self) -> Iterator[RecordedCall]:
        with self._lock:
            return iter(list(self._calls.values()))


def caller_name(principal: Principal) -> str:
    """ARN of the role of a session, else of the principal itself."""
    return principal.role_arn if principal.kind is PrincipalKind.ROLE_SESSION else principal.arn  # type: ignore[return-value]


def common_name(arn: str) -> str:
    """What the ARNs have in common that differ by names made at run time."""
    return with_open_name(arn, keeps_folder=True)
