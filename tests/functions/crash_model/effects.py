"""The business effects: what an order's fulfilment does outside, which no retry can take back."""

import threading
import time
from collections import Counter
from typing import Any

import pytest

from functions.common.clock import Deadline
from functions.ingestion.identity import Identity
from functions.processor.downstream import FulfilmentClient
from functions.processor.processing import Processing


class Effects:
    """`begun` counts the calls downstream by key, also those that failed: they may have had their effect.
    `killers` are the keys whose calls outlast any invocation."""

    def __init__(self) -> None:
        self.begun: Counter[str] = Counter()
        self.killers: set[str] = set()
        self._local = threading.local()  # whose order this thread processes

    def install(self, patch: pytest.MonkeyPatch) -> None:
        process, hand_over = Processing.process, FulfilmentClient.hand_over

        def processed(processing: Processing, identity: Identity, *rest: Any) -> Any:
            self._local.key = identity.key
            return process(processing, identity, *rest)

        def handed_over(client: FulfilmentClient, deadline: Deadline) -> None:
            self.begun[self._local.key] += 1
            if self._local.key in self.killers:
                time.sleep(2 * deadline.remaining_seconds())
            hand_over(client, deadline)

        patch.setattr(Processing, "process", processed)
        patch.setattr(FulfilmentClient, "hand_over", handed_over)
