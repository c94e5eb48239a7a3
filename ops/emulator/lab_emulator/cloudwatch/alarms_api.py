"""Operations on alarms."""

import json
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.cloudwatch import (
    AlarmNames,
    DescribeAlarmHistoryInput,
    DescribeAlarmHistoryOutput,
    DescribeAlarmsForMetricInput,
    DescribeAlarmsForMetricOutput,
    DescribeAlarmsInput,
    DescribeAlarmsOutput,
    PutCompositeAlarmInput,
    PutMetricAlarmInput,
    ResourceNotFound,
    SetAlarmStateInput,
)
from localstack.services.cloudwatch.models import (
    CloudWatchStore,
    LocalStackAlarm,
    LocalStackCompositeAlarm,
    LocalStackMetricAlarm,
    cloudwatch_stores,
)

from lab_emulator.cloudwatch.alarms import alarm_search, alarm_validation
from lab_emulator.cloudwatch.alarms.alarm_book import AlarmBook
from lab_emulator.cloudwatch.paging import page
from lab_emulator.cloudwatch.refusals import InvalidParameterValue, refusing

# MaxRecords is 1 to 100 (CloudWatch API reference, DescribeAlarms and DescribeAlarmHistory).
MAX_RECORDS = 100


class AlarmsApi:
    """Metric alarms and composite ones."""

    book: AlarmBook

    @handler("PutMetricAlarm", expand=False)
    @refusing
    def put_metric_alarm(self, context: RequestContext, request: PutMetricAlarmInput) -> None:
        alarm_validation.check_metric_alarm(request)
        self._put(context, request, LocalStackMetricAlarm)

    @handler("PutCompositeAlarm", expand=False)
    @refusing
    def put_composite_alarm(self, context: RequestContext, request: PutCompositeAlarmInput) -> None:
        with self.book.lock:
            alarm_validation.check_composite_alarm(request, _rules(_store(context)))
            self._put(context, request, LocalStackCompositeAlarm)

    @refusing
    def delete_alarms(self, context: RequestContext, alarm_names: AlarmNames, **kwargs: Any) -> None:
        with self.book.lock:
            alarms = [alarm for name in alarm_names if (alarm := _find(context, name))]
            alarm_validation.check_deletion(set(alarm_names), _rules(_store(context)))
            for alarm in alarms:
                self.book.delete(alarm)

    @handler("SetAlarmState", expand=False)
    @refusing
    def set_alarm_state(self, context: RequestContext, request: SetAlarmStateInput) -> None:
        alarm_validation.check_state(request["StateValue"])
        data = request.get("StateReasonData") or None
        try:
            json.loads(data or "{}")
        except ValueError as error:
            raise InvalidParameterValue("StateReasonData was not correctly formatted JSON") from error
        with self.book.lock:
            alarm = _find(context, request["AlarmName"])
            if alarm is None:
                raise ResourceNotFound()
            self.book.move(alarm, request["StateValue"], request["StateReason"], data)

    @handler("DescribeAlarms", expand=False)
    @refusing
    def describe_alarms(self, context: RequestContext, request: DescribeAlarmsInput) -> DescribeAlarmsOutput:
        with self.book.lock:
            found = alarm_search.alarms([alarm.alarm for alarm in _store(context).alarms.values()], request)
        alarms, token = page(found, request.get("MaxRecords") or MAX_RECORDS, request.get("NextToken"))
        return DescribeAlarmsOutput(
            MetricAlarms=[alarm for alarm in alarms if "AlarmRule" not in alarm],
            CompositeAlarms=[alarm for alarm in alarms if "AlarmRule" in alarm],
            NextToken=token,
        )

    @handler("DescribeAlarmsForMetric", expand=False)
    def describe_alarms_for_metric(
        self, context: RequestContext, request: DescribeAlarmsForMetricInput
    ) -> DescribeAlarmsForMetricOutput:
        with self.book.lock:
            alarms = [alarm.alarm for alarm in _store(context).alarms.values()]
            return DescribeAlarmsForMetricOutput(MetricAlarms=alarm_search.for_metric(alarms, request))

    @handler("DescribeAlarmHistory", expand=False)
    @refusing
    def describe_alarm_history(
        self, context: RequestContext, request: DescribeAlarmHistoryInput
    ) -> DescribeAlarmHistoryOutput:
        with self.book.lock:
            found = alarm_search.history(_store(context).histories, request)
        items, token = page(found, request.get("MaxRecords") or MAX_RECORDS, request.get("NextToken"))
        return DescribeAlarmHistoryOutput(AlarmHistoryItems=items, NextToken=token)

    def _put(self, context: RequestContext, request: Any, kind: type[LocalStackAlarm]) -> None:
        configuration = {name: value for name, value in request.items() if name != "Tags"}
        alarm = kind(context.account_id, context.region, configuration)
        if self.book.put(alarm) and request.get("Tags"):  # "ignored" when an alarm is updated (API reference)
            _store(context).TAGS.tag_resource(alarm.alarm["AlarmArn"], request["Tags"])


def _store(context: RequestContext) -> CloudWatchStore:
    return cloudwatch_stores[context.account_id][context.region]


def _find(context: RequestContext, name: str) -> LocalStackAlarm | None:
    alarms = _store(context).alarms.values()
    return next((alarm for alarm in alarms if alarm.alarm["AlarmName"] == name), None)


def _rules(store: CloudWatchStore) -> dict[str, str | None]:
    """Every alarm's name, with its rule if it is a composite one."""
    return {alarm.alarm["AlarmName"]: alarm.alarm.get("AlarmRule") for alarm in store.alarms.values()}
