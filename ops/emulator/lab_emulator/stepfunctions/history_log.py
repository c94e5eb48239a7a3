"""What an execution logs, on its way to CloudWatch Logs."""

from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession, HistoryLog
from localstack.services.stepfunctions.asl.utils.encoding import to_json_str

from lab_emulator.logs.vended_logs import VendedLogLine, deliver


def publish(session: CloudWatchLoggingSession, history_log: HistoryLog) -> None:
    """Stands in for `publish_history_log`, which waits for a request for each event."""
    where = session.configuration
    group = f"arn:aws:logs:{where.log_region}:{where.log_account_id}:log-group:{where.log_group_name}"
    epoch_millis = int(history_log["event_timestamp"].timestamp() * 1000)
    deliver(VendedLogLine(group, where.log_stream_name, epoch_millis, to_json_str(history_log)))
