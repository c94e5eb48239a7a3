"""Paging, as a drill's parts: checks of alarms, and of the mail that they send."""

from ops.lab.drills.declaration import DrillCheck, DrilledPipeline, at_least, equals
from ops.lab.probes import alarms


def alarm(name: str, state: str, *, within_seconds: float) -> DrillCheck:
    """The app's alarm of this name is OK or in ALARM."""
    return DrillCheck(
        f"alarm {name}",
        lambda scene: alarms.state(scene.target, name),
        equals(state),
        within_seconds=within_seconds,
    )


def mail_is_subscribed(pipeline: DrilledPipeline) -> DrillCheck:
    """Somebody gets this pipeline's alarms by mail."""
    return DrillCheck(
        "addresses that get alarms by mail",
        lambda scene: alarms.mail_subscriptions(scene.target, scene.target.output(pipeline.topic)),
        at_least(1),
        within_seconds=0,
        hint="give one: lab up -c alarmEmail=me@example.com",
        on_aws=False,
    )


def dlq_alarm_mailed(pipeline: DrilledPipeline, *, within_seconds: float) -> DrillCheck:
    """The alarm on this pipeline's DLQ has sent mail."""
    return DrillCheck(
        "mails about the DLQ alarm",
        lambda scene: alarms.mails_delivered(
            scene.target, scene.started_at, scene.target.output(f"{pipeline.dlq_alarm}AlarmName")
        ),
        at_least(1),
        within_seconds=within_seconds,
        on_aws=False,
    )
