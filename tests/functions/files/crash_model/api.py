"""The API's own account of the rows that it took: what no retry can take back."""

from collections import Counter

import pytest

from functions.common.errors import DownstreamUnavailable
from functions.files.processor.row_validation import OrderRow
from functions.files.processor.simulated_api import SimulatedEndpoint
from functions.files.rounds.task import PermanentFailure
from tests.functions.crash_model.process import Killed


class Api:
    """`taken` counts by order id. `refusals` is how often an order is answered 503 before it is taken;
    `kills_at` names the order at which the sending process dies, `after` or before the API has taken it;
    `fails_for_good_at` the one at which it gives the file up, once, as before a release that can read it."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.kills_at: tuple[str, bool] | None = None
        self.fails_for_good_at: str | None = None

    def install(self, patch: pytest.MonkeyPatch) -> None:
        send = SimulatedEndpoint.send

        def sent(endpoint: SimulatedEndpoint, order: OrderRow, timeout_seconds: float) -> None:
            if self.kills_at == (order.order_id, False):
                self._kill()
            if self.fails_for_good_at == order.order_id:
                self.fails_for_good_at = None
                raise PermanentFailure("not a CSV file")
            if self.refusals[order.order_id]:
                self.refusals[order.order_id] -= 1
                raise DownstreamUnavailable("the API answered 503")
            send(endpoint, order, timeout_seconds)
            self.taken[order.order_id] += 1
            if self.kills_at == (order.order_id, True):
                self._kill()

        patch.setattr(SimulatedEndpoint, "send", sent)

    def _kill(self) -> None:
        self.kills_at = None
        raise Killed("csv_processor")
