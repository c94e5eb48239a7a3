"""Environment of each function of the files pipeline. Standard library only: `infra` imports this."""

from dataclasses import dataclass

from functions.common.environment import Environment


@dataclass(frozen=True, kw_only=True)
class CsvProcessorEnvironment(Environment):
    """What the CSV processor needs to send a file's rows and to remember how far it came.

    The bucket is not here: each task names its own, and the policy says which.
    """

    files_table_name: str
    simulated_api_parameter: str
    simulated_api_cache_seconds: int
    batch_rows: int  # as many rows may be sent twice, and recorded so, when the process is killed
    row_concurrency: int  # calls at once, at most
    # A few seconds longer than the function's timeout: no live attempt is ever overtaken.
    lease_seconds: int
    ttl_days: int


@dataclass(frozen=True, kw_only=True)
class FingerprintEnvironment(Environment):
    """What the fingerprint function needs to keep fingerprints."""

    table_name: str


@dataclass(frozen=True, kw_only=True)
class RoundControlEnvironment(Environment):
    """What the decisions of a round need; milliseconds and seconds are named, the rest are counts."""

    control_table_name: str
    queue_url: str
    # Files at a time, until the scaler has read the queue's depth; then between the other two.
    concurrency: int
    min_concurrency: int
    max_concurrency: int
    stagger_milliseconds: int  # between two files of a batch
    # The longest wait of a file before its turn, pressure included: the queue's visibility timeout counts
    # with it once for each turn of the Map, ceil(10 / min_concurrency) times.
    max_wait_seconds: int
    recall_seconds: int  # until the messages of a stopped round are seen again: its functions end meanwhile
    retry_seconds: int  # before the second attempt at a file; each further one waits twice as long
    deep_queue_messages: int = 100  # from here on files follow twice as close
    # A round with more errors than this, or a higher mean latency of the downstream's calls, slows the next.
    error_rate_percent: int = 20
    latency_milliseconds: int = 35_000  # the downstream may take 5 to 30 s


@dataclass(frozen=True, kw_only=True)
class RoundStarterEnvironment(Environment):
    """What the starter needs to see whether a round is at work, and to start one."""

    control_table_name: str
    queue_url: str
    state_machine_arn: str


@dataclass(frozen=True, kw_only=True)
class ScalerEnvironment(Environment):
    """What the scaler needs to set how many files are processed at a time; see RoundControlEnvironment."""

    control_table_name: str
    queue_url: str
    function_name: str  # of the processing function
    concurrency: int
    min_concurrency: int
    max_concurrency: int
    files_per_slot: int  # waiting files for which one more may be processed at a time
    scale_down_readings: int  # readings in a row below the concurrency before it falls
