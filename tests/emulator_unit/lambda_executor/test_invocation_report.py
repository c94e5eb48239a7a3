"""Account of one invocation: what a REPORT line says of times that fall on the edge of a millisecond."""

import re

import pytest

from lab_emulator.lambda_executor.invocation_result import InvocationReport


@pytest.mark.parametrize(
    ("duration_seconds", "init_seconds", "billed_ms"),
    [
        (0.001, None, 1),
        # Shown as 1.00 ms: a bill of 2 ms beside it would contradict the line.
        (0.001004, None, 1),
        (0.001006, None, 2),
        (0.0010001, 0.25, 251),
        (0.0010001, 0.2500401, 252),
        (0.0004, None, 1),
        (0.000001, None, 1),
    ],
)
def test_the_billed_duration_is_what_the_line_shows_rounded_up(
    duration_seconds: float, init_seconds: float | None, billed_ms: int
) -> None:
    report = InvocationReport("id", "$LATEST", duration_seconds, init_seconds, 128, 2**20)
    line = report.around([], [], began_at_ms=0)[-1].text
    assert re.findall(r"Billed Duration: (\d+) ms", line) == [str(billed_ms)]
