"""Book of alarms: those of all accounts and regions, and every change of them."""

import copy
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from localstack.services.cloudwatch.models import (
    CloudWatchStore,
    LocalStackAlarm,
    LocalStackCompositeAlarm,
    cloudwatch_stores,
)

from lab_emulator.cloudwatch import timestamps
from lab_emulator.cloudwatch.alarms import alarm_history
from lab_emulator.cloudwatch.alarms.action_runner import Action, ActionRunner
from lab_emulator.cloudwatch.alarms.actions import ACTIONS_OF_STATE, carry_out
from lab_emulator.cloudwatch.alarms.composite_rule import alarm_name, parse_rule
from lab_emulator.cloudwatch.alarms.missing_data import State

# What an alarm keeps when its configuration is put again: AWS evaluates it again, and until then it stays.
_KEPT = (
    "StateValue",
    "StateReason",
    "StateReasonData",
    "StateUpdatedTimestamp",
    "StateTransitionedTimestamp",
)


class AlarmBook:
    """Alarms in LocalStack's stores, which save them; one lock guards them all."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._runner = ActionRunner(carry_out, self._note_action)

    def stop(self) -> None:
        self._runner.stop()

    def all_alarms(self) -> list[LocalStackAlarm]:
        """Every alarm of every account and region."""
        with self.lock:
            stores = [
                store for regions in list(cloudwatch_stores.values()) for store in list(regions.values())
            ]
            return [alarm for store in stores for alarm in store.alarms.values()]

    def put(self, alarm: LocalStackAlarm) -> bool:
        """Keep `alarm`, in the state of the one that it replaces; return whether it replaces none."""
        with self.lock:
            alarms = _store(alarm).alarms
            arn = alarm.alarm["AlarmArn"]
            old = alarms.get(arn)
            if old is not None:
                alarm.alarm.update({name: old.alarm[name] for name in _KEPT if name in old.alarm})
            alarms[arn] = alarm
            kind = "Create" if old is None else "Update"
            self._remember(alarm, alarm_history.configuration_update(alarm.alarm, kind, datetime.now(UTC)))
            if isinstance(alarm, LocalStackCompositeAlarm):
                was = "was created and its" if old is None else "was updated and its new"
                self._evaluate_rule(alarm, lambda state: f"{arn} {was} alarm rule evaluates to {state}", [])
            return old is None

    def delete(self, alarm: LocalStackAlarm) -> None:
        with self.lock:
            _store(alarm).alarms.pop(alarm.alarm["AlarmArn"], None)
            self._remember(
                alarm, alarm_history.configuration_update(alarm.alarm, "Delete", datetime.now(UTC))
            )

    def move(self, alarm: LocalStackAlarm, state: State, reason: str, reason_data: str | None = None) -> None:
        """Put `alarm` into `state`; where that is a change, tell the history, its actions and its composites.

        An alarm that was deleted or put again meanwhile is left as it is.
        """
        with self.lock:
            current = _store(alarm).alarms.get(alarm.alarm["AlarmArn"])
            if current is not alarm or alarm.alarm["StateValue"] == state:
                return
            old = copy.deepcopy(alarm.alarm)
            _change_state(alarm.alarm, state, reason, reason_data)
            self._remember(alarm, alarm_history.state_update(alarm.alarm, old))
            if alarm.alarm["ActionsEnabled"]:
                for resource in alarm.alarm.get(ACTIONS_OF_STATE[state]) or []:
                    new = copy.deepcopy(alarm.alarm)
                    self._runner.submit(Action(resource, new, old, alarm.account_id, alarm.region))
            self._evaluate_parents(alarm)

    def begin_anew(self) -> None:
        """Have every alarm as it is when it was just put: its state unknown, and none in its history."""
        with self.lock:
            alarms = self.all_alarms()
            for alarm in alarms:
                since = alarm.alarm["AlarmConfigurationUpdatedTimestamp"]
                alarm.alarm.update(
                    StateValue="INSUFFICIENT_DATA",
                    StateReason="Unchecked: Initial alarm creation",
                    StateUpdatedTimestamp=since,
                    StateTransitionedTimestamp=since,
                )
                alarm.alarm.pop("StateReasonData", None)
            for _account, _region, store in list(cloudwatch_stores.iter_stores()):
                kept = [item for item in store.histories if item["HistoryItemType"] == "ConfigurationUpdate"]
                store.histories[:] = kept
            for alarm in alarms:
                if isinstance(alarm, LocalStackCompositeAlarm):
                    was = f"{alarm.alarm['AlarmArn']} was created and its alarm rule evaluates to"
                    self._evaluate_rule(alarm, lambda state, was=was: f"{was} {state}", [])

    def parents(self, alarm: LocalStackAlarm) -> Iterator[LocalStackCompositeAlarm]:
        """The composite alarms whose rules ask for `alarm`."""
        names = {alarm.alarm["AlarmName"], alarm.alarm["AlarmArn"]}
        for other in list(_store(alarm).alarms.values()):
            is_composite = isinstance(other, LocalStackCompositeAlarm)
            if is_composite and names & parse_rule(other.alarm["AlarmRule"]).alarms:
                yield other

    def _evaluate_parents(self, alarm: LocalStackAlarm) -> None:
        since = alarm.alarm["StateTransitionedTimestamp"]
        arn, state = alarm.alarm["AlarmArn"], alarm.alarm["StateValue"]
        reason = f"{arn} transitioned to {state} at {timestamps.in_sentence(since)}"
        child = {"arn": arn, "state": {"value": state, "timestamp": timestamps.in_json(since)}}
        for parent in self.parents(alarm):
            self._evaluate_rule(parent, lambda _state: reason, [child])

    def _evaluate_rule(
        self, alarm: LocalStackCompositeAlarm, reason: Callable[[State], str], children: list[dict[str, Any]]
    ) -> None:
        states = {
            other.alarm["AlarmName"]: other.alarm["StateValue"] for other in _store(alarm).alarms.values()
        }
        holds = parse_rule(alarm.alarm["AlarmRule"]).holds(lambda name: states.get(alarm_name(name)))
        state: State = "ALARM" if holds else "OK"
        self.move(alarm, state, reason(state), json.dumps({"triggeringAlarms": children}))

    def _note_action(self, action: Action, message: str, error: str | None) -> None:
        item = alarm_history.action(action.alarm, action.resource, message, error, datetime.now(UTC))
        with self.lock:
            alarm_history.append(cloudwatch_stores[action.account_id][action.region].histories, item)

    def _remember(self, alarm: LocalStackAlarm, item: alarm_history.Item) -> None:
        alarm_history.append(_store(alarm).histories, item)


def _store(alarm: LocalStackAlarm) -> CloudWatchStore:
    return cloudwatch_stores[alarm.account_id][alarm.region]


def _change_state(alarm: dict[str, Any], state: State, reason: str, reason_data: str | None) -> None:
    now = datetime.now(UTC)
    alarm.update(
        StateValue=state, StateReason=reason, StateUpdatedTimestamp=now, StateTransitionedTimestamp=now
    )
    alarm.pop("StateReasonData", None)
    if reason_data:
        alarm["StateReasonData"] = reason_data
