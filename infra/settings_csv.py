"""The settings of the files pipeline: the keys that begin with csv, and fingerprintExample."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.round_duration import least_visibility_seconds


@dataclass(frozen=True, kw_only=True)
class CsvSettings:
    """Mixed into Settings. The one field without a default gets its from `csv_defaults`."""

    csv_pipeline: bool = True  # deploy it beside the ingestion pipeline, with which it shares nothing
    csv_stagger_milliseconds: int = 1_000  # between two starts of a round, before depth and priority count
    csv_concurrency: int = 3  # files at once, until the scaler has read the queue's depth
    csv_min_concurrency: int = 1
    csv_max_concurrency: int = 10
    csv_files_per_slot: int = 10  # waiting files that justify one more file at once
    csv_scale_down_readings: int = 3  # low readings, a minute apart, before concurrency goes down
    csv_timeout_seconds: int = 300  # of one invocation; a longer file goes on in the next
    csv_max_receive_count: int = 5  # attempts at a file without progress before it goes to the DLQ
    csv_retry_seconds: int = 10  # before the second attempt; each further one waits twice as long
    csv_visibility_seconds: int  # default: as long as a round may take at csvMinConcurrency
    # More errors in a round than this, or a higher mean latency of its calls, slow the next.
    csv_error_rate_percent: int = 20
    csv_latency_milliseconds: int = 35_000  # the downstream may take 5 to 30 s
    csv_batch_rows: int = 25  # rows between two checkpoints
    csv_row_concurrency: int = 10  # calls of the downstream at once, by one file
    csv_memory_megabytes: int = 512
    fingerprint_example: bool = False  # deploy the construct's second, smaller use as well


# Short clocks, like those of the ingestion pipeline. A row takes milliseconds there, not seconds.
CSV_LAB_DEFAULTS: Mapping[str, Any] = {
    "csv_stagger_milliseconds": 100,
    "csv_timeout_seconds": 20,
    "csv_max_receive_count": 3,
    "csv_retry_seconds": 2,
    "csv_latency_milliseconds": 500,
}


def csv_defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults that hang on other settings: those `given`, and the lab's clocks."""
    values = dict(CSV_LAB_DEFAULTS) if given.get("env_name") == "lab" else {}
    chosen = values | dict(given)
    values["csv_visibility_seconds"] = least_visibility_seconds(
        timeout_seconds=chosen.get("csv_timeout_seconds", CsvSettings.csv_timeout_seconds),
        min_concurrency=chosen.get("csv_min_concurrency", CsvSettings.csv_min_concurrency),
        stagger_milliseconds=chosen.get("csv_stagger_milliseconds", CsvSettings.csv_stagger_milliseconds),
    )
    return values
