"""What the settings of the files pipeline may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.round_duration import ROUND_MESSAGES, least_visibility_seconds

if TYPE_CHECKING:
    from infra.settings_csv import CsvSettings

# Inclusive. Sources: the API references of SQS and Lambda; upper ends without a quota are the lab's own. Map
# takes 40 iterations at once before it queues them itself, and a round has no more than ten messages.
# https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
CSV_RANGES: dict[str, tuple[int, int]] = {
    "csv_stagger_milliseconds": (0, 60_000),
    "csv_concurrency": (1, 40),
    "csv_min_concurrency": (1, 40),
    "csv_max_concurrency": (1, 40),
    "csv_files_per_slot": (1, 100_000),
    "csv_scale_down_readings": (1, 60),
    "csv_timeout_seconds": (5, 900),
    "csv_max_receive_count": (1, 1_000),
    "csv_retry_seconds": (1, 900),
    "csv_error_rate_percent": (1, 100),
    "csv_latency_milliseconds": (1, 900_000),
    "csv_visibility_seconds": (0, 43_200),
    "csv_batch_rows": (1, 1_000),
    "csv_row_concurrency": (1, 100),
    "csv_memory_megabytes": (128, 10_240),
}


def csv_problems(settings: CsvSettings) -> Iterator[str]:
    """Contradictions between two settings, one line each that says what to set."""
    low, start, high = settings.csv_min_concurrency, settings.csv_concurrency, settings.csv_max_concurrency
    if not low <= start <= high:
        yield (
            f"csvConcurrency {start} must lie between csvMinConcurrency {low} and csvMaxConcurrency {high}"
        )
    least = least_visibility_seconds(
        timeout_seconds=settings.csv_timeout_seconds,
        min_concurrency=settings.csv_min_concurrency,
        stagger_milliseconds=settings.csv_stagger_milliseconds,
    )
    if settings.csv_visibility_seconds < least:
        yield (
            f"csvVisibilitySeconds is {settings.csv_visibility_seconds}: set it to at least {least} (what a "
            f"round of {ROUND_MESSAGES} files takes at csvMinConcurrency), or leave it out"
        )
    if settings.fingerprint_example and not settings.csv_pipeline:
        yield "fingerprintExample=true needs csvPipeline=true"
