"""Spans: what an account and the emulator can tell of each."""

import pytest

from ops.lab.console.timeline.time_span import DEFAULT_SPAN, SPANS, span_named
from ops.lab.errors import Refused


def test_no_span_has_more_points_than_a_chart_can_show() -> None:
    for span in SPANS:
        assert span.seconds / span.period <= 400
        assert span.seconds % span.period == 0


def test_an_account_is_read_by_the_minute() -> None:
    for span in SPANS:
        on_aws = span.on(aws=True)
        assert on_aws.period >= 60
        assert on_aws.period % 60 == 0
        assert on_aws.refresh >= 60
        assert span.on(aws=False) is span


def test_a_span_begins_at_a_whole_period() -> None:
    assert span_named("1h").begin(10_003.7) % 10 == 0
    assert 10_003.7 - span_named("1h").begin(10_003.7) == pytest.approx(3_603.7)


def test_a_span_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    assert span_named(DEFAULT_SPAN)
    with pytest.raises(Refused) as refused:
        span_named("2y")
    assert "5m, 15m, 1h, 3h, 12h, 24h" in (refused.value.hint or "")
