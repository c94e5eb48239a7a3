"""What an operator asks of a redrive."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is None is left to the API: its defaults stand in `functions/redrive/parameters.py`.

    `error_type` is the name of a type or of a category.
    """

    error_type: str | None = None
    min_age_seconds: int | None = None
    max_messages: int | None = None
    per_message_delay_jitter: int | None = None  # seconds
    rate_per_second: int | None = None
    max_redrives: int | None = None

    def for_start(self) -> dict[str, Any]:
        """The body of POST /redrive/start."""
        return _given(
            maxMessages=self.max_messages,
            errorType=self.error_type,
            minAgeSeconds=self.min_age_seconds,
            perMessageDelayJitter=self.per_message_delay_jitter,
            ratePerSecond=self.rate_per_second,
            maxRedrives=self.max_redrives,
        )

    def for_preview(self) -> dict[str, str]:
        """The query of GET /redrive/preview, which only looks: nothing about sending."""
        query = _given(
            maxMessages=self.max_messages, errorType=self.error_type, minAgeSeconds=self.min_age_seconds
        )
        return {name: str(value) for name, value in query.items()}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
