"""CloudWatch and CloudWatch Logs."""

from lab_emulator.parts.part import Part


def _reads_filter_patterns() -> bool:
    from localstack.services.logs import provider as stock
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.logs.provider import LabLogsProvider, pattern_matcher

    service = SERVICE_PLUGINS.get_service("logs")
    matching = stock.get_pattern_matcher is pattern_matcher
    return matching and service is not None and isinstance(service._provider, LabLogsProvider)


def _evaluates_alarms() -> bool:
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.cloudwatch.provider import LabCloudwatchProvider

    service = SERVICE_PLUGINS.get_service("cloudwatch")
    return service is not None and isinstance(service._provider, LabCloudwatchProvider)


def _forwards_logs() -> bool:
    from moto.logs.models import LogGroup, LogStream

    from lab_emulator.logs import subscriptions

    streams = LogGroup.create_log_stream is subscriptions.create_log_stream
    return streams and LogStream.put_log_events.__module__ == subscriptions.__name__


PARTS: tuple[Part, ...] = (
    Part("logs metric filters", "patterns are read, values counted, queries saved", _reads_filter_patterns),
    Part("cloudwatch metrics and alarms", "exact dimensions, alarms evaluated when due", _evaluates_alarms),
    Part("log subscriptions", "filters read patterns; functions are invoked asynchronously", _forwards_logs),
)
