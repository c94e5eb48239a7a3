"""Dots: as many as there is room for, and as fast as the rate is."""

import pytest

from ops.lab.console.picture.edge import EdgeDeclaration, PictureEdge
from ops.lab.console.picture.node import QueueDots

EDGE = EdgeDeclaration("queued", "ingest", "queue", "messages", "queued")


@pytest.mark.parametrize(
    ("dots", "shown", "more"),
    [
        (QueueDots(), (0, 0, 0), 0),
        (QueueDots(3, 2, 1), (3, 2, 1), 0),
        (QueueDots(24, 0, 0), (24, 0, 0), 0),
        (QueueDots(1000, 0, 0), (24, 0, 0), 976),
        (QueueDots(1000, 50, 0), (12, 12, 0), 1026),
        (QueueDots(1000, 50, 900), (6, 12, 6), 1926),
    ],
)
def test_each_kind_of_message_has_dots_and_the_rest_is_a_number(
    dots: QueueDots, shown: tuple[int, int, int], more: int
) -> None:
    assert (dots.shown, dots.more) == (shown, more)


@pytest.mark.parametrize(
    ("rate", "pace", "text"),
    [
        (None, 0, "no figure"),
        (0.0, 0, "0/s"),
        (0.2, 1, "0.2/s"),
        (1.0, 1, "1.0/s"),
        (1.2, 2, "1.2/s"),
        (20.5, 4, "20.5/s"),
        (1234.5, 5, "1,234/s"),
    ],
)
def test_the_more_a_second_the_more_dots(rate: float | None, pace: int, text: str) -> None:
    edge = PictureEdge(EDGE, rate)
    assert (edge.pace, edge.rate_text) == (pace, text)
