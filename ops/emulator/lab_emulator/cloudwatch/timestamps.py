"""Timestamps as CloudWatch writes them: in JSON, and in two kinds of sentences."""

from datetime import UTC, datetime


def at(epoch_seconds: float) -> datetime:
    """That moment, in UTC."""
    return datetime.fromtimestamp(epoch_seconds, UTC)


def in_json(moment: datetime) -> str:
    """As in reasons' data and in messages: `2026-11-21T06:18:22.123+0000`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def in_datapoint(moment: datetime) -> str:
    """As in a metric alarm's reason: `21/11/26 06:18:00`."""
    return f"{moment:%d/%m/%y %H:%M:%S}"


def in_sentence(moment: datetime) -> str:
    """As in a composite alarm's reason: `Saturday 21 November, 2026 06:18:22 UTC`."""
    return f"{moment:%A %d %B, %Y %H:%M:%S} UTC"
