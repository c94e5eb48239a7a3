"""Changes to LocalStack's code for CloudWatch Logs."""

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [
        *_log_groups(),
        *_log_reading(),
    ]


def _log_groups() -> list[Patch]:
    """Let FilterLogEvents and subscription filters read patterns, functions log to their configured group,
    and subscribers receive lines without the writer waiting for them.

    LocalStack's own `get_pattern_matcher` matches everything, and says that plug-ins patch it. It
    keeps a function's LoggingConfig, and writes to `/aws/lambda/<name>` all the same: metric
    filters on the configured group would never see a line. It delivers to subscribers in a method of
    moto's that it has patched itself, and there is no hook in it.
    """
    from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
    from localstack.services.logs import provider as stock
    from moto.logs.models import LogGroup, LogStream

    from lab_emulator.logs import subscriptions
    from lab_emulator.logs.function_log_group import get_log_group_name
    from lab_emulator.logs.provider import pattern_matcher

    return [
        Patch(stock, "get_pattern_matcher", pattern_matcher),
        Patch(ExecutionEnvironment, "get_log_group_name", get_log_group_name),
        Patch(LogGroup, "create_log_stream", subscriptions.create_log_stream),
        Patch(LogStream, "put_log_events", subscriptions.subscribed(LogStream.put_log_events)),
    ]


def _log_reading() -> list[Patch]:
    """Let FilterLogEvents and DescribeLogGroups cost what they answer, not what the groups hold.

    LocalStack patches both methods of moto's. With the 40,000 lines of 10,000 invocations in a group, a
    search for a key took 0.4 s of processor time and a description of the group 0.9 s, and the emulator
    served nothing else meanwhile.
    """
    from moto.logs.models import LogGroup, LogStream

    from lab_emulator.logs import log_reading

    return [
        Patch(LogStream, "filter_log_events", log_reading.filter_log_events),
        Patch(LogGroup, "to_describe_dict", log_reading.describe_log_group),
    ]
