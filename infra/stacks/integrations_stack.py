"""Integrations: mails of alarms, logs to Splunk, metrics to Dynatrace."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.code_asset import CodeAsset
from infra.constructs.integrations.dynatrace_export import DynatraceExport
from infra.constructs.integrations.observed_pipeline import ObservedPipeline
from infra.constructs.integrations.smtp_notifications import SmtpNotifications
from infra.constructs.integrations.splunk_forwarding import SplunkForwarding
from infra.constructs.kms_key import encryption_key
from infra.constructs.notifications import Notifications
from infra.settings import Settings


class IntegrationsStack(Stack):
    """Each integration that is set, over all pipelines, which do not depend on it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        pipelines: Sequence[ObservedPipeline],
        notifications: Notifications,
        code: CodeAsset,
        settings: Settings,
        **kwargs: Any,
    ) -> None:
        """`notifications` gets the alarms of the integrations themselves."""
        super().__init__(scope, id_, **kwargs)
        key = encryption_key(self, settings, alias_suffix="-integrations")
        shared: dict[str, Any] = {
            "notifications": notifications,
            "code": code.code(),
            "key": key,
            "settings": settings,
        }
        own: list[SmtpNotifications | SplunkForwarding | DynatraceExport] = []
        if "smtp" in settings.integrations:
            mailed = [each.notifications for each in pipelines if each.notifications]
            own.append(SmtpNotifications(self, "Smtp", pipelines=mailed, **shared))
        if "splunk" in settings.integrations:
            log_groups = {
                f"{each.name.capitalize()}{name.title().replace('_', '')}": fn.log_group
                for each in pipelines
                for name, fn in each.functions.items()
            }
            own.append(SplunkForwarding(self, "Splunk", log_groups=log_groups, **shared))
        if "dynatrace" in settings.integrations:
            resources = [each.resources() for each in pipelines]
            own.append(DynatraceExport(self, "Dynatrace", resources=resources, **shared))
        self.alarms: dict[str, cloudwatch.Alarm] = {}
        for each in own:
            self.alarms |= each.alarms
            for name, value in each.outputs.items():
                CfnOutput(self, name, value=value)
        for name, alarm in self.alarms.items():
            CfnOutput(self, f"{name}AlarmName", value=alarm.alarm_name)
