"""The circuit against a model of a few lines, in any order of calls and pauses."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from functions.common.circuits import Circuit
from functions.common.errors import CircuitOpen, DownstreamUnavailable
from tests.functions.doubles import FakeClock, LogSink

FAIL_MAX, RESET_SECONDS = 3, 30


class CircuitMachine(RuleBasedStateMachine):
    """`failures` in a row; `open_until`, when the next trial may go out."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.circuit = Circuit(
            "Test", fail_max=FAIL_MAX, reset_seconds=RESET_SECONDS, clock=self.clock, logger=LogSink().logger
        )
        self.failures = 0
        self.open_until: float | None = None

    @rule(seconds=st.integers(0, 2 * RESET_SECONDS))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule()
    def allow_trial(self) -> None:
        self.circuit.allow_trial()
        if self.open_until is not None:
            self.open_until = self.clock()

    @rule(well=st.booleans())
    def call(self, well: bool) -> None:
        assert self._outcome(well) == self._expected(well)

    def _outcome(self, well: bool) -> str:
        def service() -> str:
            if not well:
                raise DownstreamUnavailable("down")
            return "answered"

        try:
            return self.circuit.call(service)
        except CircuitOpen:
            return "refused"
        except DownstreamUnavailable:
            return "failed"

    def _expected(self, well: bool) -> str:
        if self.open_until is not None and self.clock() < self.open_until:
            return "refused"
        if well:
            self.failures, self.open_until = 0, None
            return "answered"
        self.failures += 1
        if self.failures >= FAIL_MAX:  # a failed trial is one more in the row
            self.open_until = self.clock() + RESET_SECONDS
        return "failed"


TestCircuit = CircuitMachine.TestCase
