"""Resource `/_lab/state`: the deployed state.

GET    {"kept_at": 1767225600.0}, null where none was kept
PUT    keeps the state as it is now; {"kept_at": …, "bytes": …}
POST   resets to it; {"seconds": 1.2}; 409 where none was kept, 500 where it ended half-way
"""

import logging
from functools import cached_property
from typing import TYPE_CHECKING

from localstack.http import Request, Response

if TYPE_CHECKING:
    from lab_emulator.deployed_state.reset import DeployedState

LOG = logging.getLogger(__name__)

PATH = "/_lab/state"


class StateResource:
    """What was kept, and the way back to it."""

    @cached_property
    def _state(self) -> "DeployedState":
        # Late: what it imports belongs to services, which LocalStack loads when they are first asked for.
        from lab_emulator.deployed_state.reset import DeployedState

        return DeployedState()

    def on_get(self, _request: Request) -> Response:
        return Response.for_json({"kept_at": self._state.kept_at})

    def on_put(self, _request: Request) -> Response:
        from lab_emulator.deployed_state.state_copy import CopyFailed

        try:
            size = self._state.keep()
        except CopyFailed as error:
            LOG.warning("the state was not kept: %s", error)
            return Response.for_json({"error": str(error)}, status=500)
        return Response.for_json({"kept_at": self._state.kept_at, "bytes": size})

    def on_post(self, _request: Request) -> Response:
        from lab_emulator.deployed_state.reset import NothingKept

        try:
            return Response.for_json({"seconds": round(self._state.reset(), 3)})
        except NothingKept as error:
            return Response.for_json({"error": str(error)}, status=409)
        except Exception as error:  # some services are as deployed by now, and others are not
            LOG.exception("the reset ended half-way")
            return Response.for_json({"error": f"it ended half-way: {error!r}"}, status=500)
