"""What the scenarios run against when they do not start it themselves."""

import pytest

from ops.lab.app.target import Target
from ops.lab.errors import Refused
from ops.lab.options import TargetName, choose


class AlreadyRunning:
    """Stands in for an engine; what only the owner of an emulator may do is skipped."""

    def start(self) -> str:
        return ""

    def stop(self) -> None:
        """Leave it as it is: it is not ours."""

    def ailment(self) -> str | None:
        return None

    def kill(self) -> None:
        pytest.skip("kills its emulator: run it without --target")

    def kill_function(self, function_name: str) -> None:
        pytest.skip(f"kills {function_name}: run it without --target")

    def log_tail(self) -> str:
        return ""


def find(name: TargetName, account: str | None) -> Target:
    """The lab that is up, or the account that --account names. Raises Refused for any other account."""
    target = choose(name)
    actual = target.identity()["Account"]
    if name is TargetName.AWS and account != actual:
        raise Refused(
            f"these credentials are of account {actual}, region {target.region}",
            hint=f"scenarios break the app there for a while; if that is meant, add --account {actual}",
        )
    return target
