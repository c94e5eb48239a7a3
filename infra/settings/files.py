"""Settings of the files pipeline: the keys that begin with csv, and fingerprintExample."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from infra.settings.base import Computed, Values, setting
from infra.settings.shared import SharedSettings

ROUND_MESSAGES = 10  # the most that SQS gives at one receive
# Per message: more requests for an invocation that Lambda throttled, and the calls that settle the message.
SETTLE_SECONDS = 10


def max_wait_seconds(stagger_milliseconds: int) -> int:
    """To what backpressure may stretch a wait: twice the time over which a round spreads its starts."""
    return max(5, math.ceil(2 * ROUND_MESSAGES * stagger_milliseconds / 1_000))


def least_visibility_seconds(*, timeout_seconds: int, min_concurrency: int, stagger_milliseconds: int) -> int:
    """The shortest visibility timeout under which no message of a round comes back while the round works.

    The last message waits until all those before it in its slot have waited, run (at most `timeout_seconds`)
    and been settled.
    """
    # A concurrency below 1 is refused, but only after the defaults are computed.
    turns = math.ceil(ROUND_MESSAGES / max(1, min_concurrency))
    return turns * (max_wait_seconds(stagger_milliseconds) + timeout_seconds + SETTLE_SECONDS)


def _least_visibility(values: Values) -> int:
    return least_visibility_seconds(
        timeout_seconds=values["csv_timeout_seconds"],
        min_concurrency=values["csv_min_concurrency"],
        stagger_milliseconds=values["csv_stagger_milliseconds"],
    )


# Ranges: those of the API references of SQS and Lambda; upper ends without a quota are the lab's own. Map
# takes 40 iterations at once before it queues them itself, and a round has no more than ten messages.
# https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
# The lab's clocks are short, like those of the ingestion pipeline: a row takes milliseconds, not seconds.
@dataclass(frozen=True, kw_only=True)
class FilesSettings(SharedSettings):
    """Settings of the bucket's files, the rounds that process them, and the simulated API that these call."""

    csv_pipeline: bool = setting(
        "csvPipeline",
        default=True,
        meaning="deploy the files pipeline beside the ingestion pipeline, with which it shares nothing, "
        "see docs/files.md",
        used_by="build",
    )
    csv_stagger_milliseconds: int = setting(
        "csvStaggerMilliseconds",
        default=1_000,
        lab=100,
        range=(0, 60_000),
        meaning="time between two starts of a round, before depth and priority count",
        used_by="RoundLimits",
    )
    csv_concurrency: int = setting(
        "csvConcurrency",
        default=3,
        range=(1, 40),
        meaning="files at once, until the scaler has read the queue's depth",
        used_by="RoundLimits",
    )
    csv_min_concurrency: int = setting(
        "csvMinConcurrency",
        default=1,
        range=(1, 40),
        meaning="files at once to which the scaler goes down",
        used_by="RoundLimits",
    )
    csv_max_concurrency: int = setting(
        "csvMaxConcurrency",
        default=10,
        range=(1, 40),
        meaning="files at once to which the scaler goes up",
        used_by="RoundLimits",
    )
    csv_files_per_slot: int = setting(
        "csvFilesPerSlot",
        default=10,
        range=(1, 100_000),
        meaning="waiting files that justify one more file at once",
        used_by="RoundLimits",
    )
    csv_scale_down_readings: int = setting(
        "csvScaleDownReadings",
        default=3,
        range=(1, 60),
        meaning="low readings, a minute apart, before concurrency goes down",
        used_by="RoundLimits",
    )
    csv_timeout_seconds: int = setting(
        "csvTimeoutSeconds",
        default=300,
        lab=20,
        range=(5, 900),
        meaning="timeout of one invocation; a longer file goes on in the next",
        used_by="FilesStack",
    )
    csv_max_receive_count: int = setting(
        "csvMaxReceiveCount",
        default=5,
        lab=3,
        range=(1, 1_000),
        meaning="attempts at a file without progress before it goes to the DLQ",
        used_by="RoundLimits",
    )
    csv_retry_seconds: int = setting(
        "csvRetrySeconds",
        default=10,
        lab=2,
        range=(1, 900),
        meaning="wait before the second attempt; each further one waits twice as long",
        used_by="RoundLimits",
    )
    csv_error_rate_percent: int = setting(
        "csvErrorRatePercent",
        default=20,
        range=(1, 100),
        meaning="percent of errors in a round above which the next slows down",
        used_by="RoundLimits",
    )
    csv_latency_milliseconds: int = setting(
        "csvLatencyMilliseconds",
        default=35_000,
        lab=500,
        range=(1, 900_000),
        meaning="mean latency of a round's calls above which the next slows down; "
        "the downstream may take 5 to 30 s",
        used_by="RoundLimits",
    )
    csv_visibility_seconds: int = setting(
        "csvVisibilitySeconds",
        default=Computed("as long as a round may take at csvMinConcurrency", _least_visibility),
        range=(0, 43_200),
        meaning="visibility timeout of the queue; the default is the least",
        used_by="RoundLimits",
    )
    csv_batch_rows: int = setting(
        "csvBatchRows",
        default=25,
        range=(1, 1_000),
        meaning="rows between two checkpoints",
        used_by="csv_processor",
    )
    csv_row_concurrency: int = setting(
        "csvRowConcurrency",
        default=10,
        range=(1, 100),
        meaning="calls of the downstream at once, by one file",
        used_by="csv_processor",
    )
    csv_memory_megabytes: int = setting(
        "csvMemoryMegabytes",
        default=512,
        range=(128, 10_240),
        meaning="memory of the function that processes files",
        used_by="FilesStack",
    )
    fingerprint_example: bool = setting(
        "fingerprintExample",
        default=False,
        meaning="deploy the construct's second, smaller use as well",
        used_by="build",
    )


def files_problems(settings: FilesSettings) -> Iterator[str]:
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
