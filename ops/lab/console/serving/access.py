"""Access to the console: from where its pages may be asked for, and who may change something."""

import secrets
from dataclasses import dataclass, field

from ops.lab.app.target import Target
from ops.lab.console.serving.listener import address_of
from ops.lab.web.listening import new_token
from ops.lab.web.own_origin import LOOPBACK_NAMES, OwnOrigin


@dataclass(frozen=True)
class ConsoleAccess:
    """`port` is the one in the browser's address. `token` is new at each start, and goes with each change.

    `changes_allowed` is false for an account of AWS, unless `--allow-changes` was given.
    """

    port: int
    changes_allowed: bool = True
    token: str = field(default_factory=new_token)

    @property
    def address(self) -> str:
        """What a person opens."""
        return address_of(self.port, self.token)

    @property
    def origin(self) -> OwnOrigin:
        """By which its own pages are told from others: they are opened on this machine."""
        return OwnOrigin.at("The console", LOOPBACK_NAMES, self.port)

    def knows(self, token: str) -> bool:
        """Whether this is the token of this start."""
        return secrets.compare_digest(token.encode(), self.token.encode())


def may_change(target: Target, *, allow_changes: bool) -> bool:
    """Whether the console may change the target: the lab always, an account only when told so."""
    return target.endpoint is not None or allow_changes
