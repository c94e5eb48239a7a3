"""Link to the target: the account as it is now, also after a restart or another deployment of the app."""

import threading
from collections.abc import Callable

from ops.lab.app.target import Target

# boto3 makes clients safely in one thread at a time only; made here, all threads may use them.
_CLIENTS = (
    *("cloudformation", "cloudwatch", "dynamodb", "events", "functions", "logs"),
    *("s3", "secretsmanager", "sns", "sqs", "ssm", "stepfunctions", "xray"),
)


class TargetLink:
    """`choose` finds the target; it raises NotUp or Refused where there is none."""

    def __init__(self, choose: Callable[[], Target]) -> None:
        self._choose = choose
        self._lock = threading.Lock()
        self._target: Target | None = None
        self._before: Target | None = None

    def target(self) -> Target:
        """The target, found once, until `renew`. Raises what `choose` raises."""
        with self._lock:
            if self._target is None:
                self._target = self._before = self._found()
            return self._target

    @property
    def latest(self) -> Target | None:
        """The target that was found last, whether it answers now or not; None before the first."""
        return self._before

    def renew(self) -> None:
        """Find it anew the next time: it did not answer, or its stacks have changed."""
        with self._lock:
            self._target = None

    def notice_deployment(self) -> bool:
        """Whether the outputs of its stacks are others than before; then it is found anew."""
        target = self.target()
        if dict(target.stacks().outputs) == dict(target.outputs):
            return False
        self.renew()
        return True

    def _found(self) -> Target:
        """The target, with the clients of the one before where it is at the same place: they are dear."""
        found, before = self._choose(), self._before
        if before is not None and (found.endpoint, found.env_name) == (before.endpoint, before.env_name):
            before.forget_outputs()
            return before
        for client in _CLIENTS:
            getattr(found, client)
        return found
