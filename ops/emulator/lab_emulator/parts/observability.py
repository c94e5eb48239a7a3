"""Parts of CloudWatch and CloudWatch Logs, and how each is told apart from what LocalStack has."""

from lab_emulator.parts.part import Part, provider_of


def _reads_filter_patterns() -> bool:
    from localstack.services.logs import provider as stock

    from lab_emulator.logs.provider import LabLogsProvider, pattern_matcher

    return stock.get_pattern_matcher is pattern_matcher and isinstance(provider_of("logs"), LabLogsProvider)


def _evaluates_alarms() -> bool:
    from lab_emulator.cloudwatch.provider import LabCloudwatchProvider

    return isinstance(provider_of("cloudwatch"), LabCloudwatchProvider)


def _answers_queries() -> bool:
    from lab_emulator.logs.insights.operations import InsightsOperations

    return isinstance(provider_of("logs"), InsightsOperations)


def _forwards_logs() -> bool:
    from moto.logs.models import LogGroup, LogStream

    from lab_emulator.logs import subscriptions

    streams = LogGroup.create_log_stream is subscriptions.create_log_stream
    return streams and LogStream.put_log_events.__module__ == subscriptions.__name__


PARTS = (
    Part("logs metric filters", "patterns are read, values counted, queries saved", _reads_filter_patterns),
    Part("cloudwatch metrics and alarms", "exact dimensions, alarms evaluated when due", _evaluates_alarms),
    Part("logs insights", "queries are carried out, or refused where the mistake is", _answers_queries),
    Part("log subscriptions", "filters read patterns; functions are invoked asynchronously", _forwards_logs),
)
