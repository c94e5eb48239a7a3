"""By what names a stack's outputs tell where the parts of a staggered processor are."""

from infra.constructs.rounds.processor import StaggeredProcessor


def staggered_outputs(processor: StaggeredProcessor) -> dict[str, str]:
    """Names, less the prefix that tells the processor from others, and values."""
    queues = processor.queues
    return {
        "QueueUrl": queues.queue.queue_url,
        "QueueArn": queues.queue.queue_arn,
        "DlqUrl": queues.dlq.queue_url,
        "DlqArn": queues.dlq.queue_arn,
        "UndeliveredUrl": queues.undelivered.queue_url,
        "FailedInvocationsUrl": queues.failed_invocations.queue.queue_url,
        "StateMachineArn": processor.round.machine.state_machine_arn,
        "RoundFunctionName": processor.round.control.function.function_name,
        "StarterFunctionName": processor.triggers.starter.function.function_name,
        "ScalerFunctionName": processor.scaler.fn.function.function_name,
        "ControlTableName": processor.table.table_name,
        "FailedLogGroupName": processor.failures.log_group.log_group_name,
        **{f"{name}AlarmName": alarm.alarm_name for name, alarm in processor.alarms.items()},
    }
