"""Plan of a bring-up: which settings and which lab result from what `lab up` is given."""

from dataclasses import replace

import pytest

from ops.lab.app.permission_mode import PermissionMode
from ops.lab.lifecycle.plan import FIRST_CONTEXT, FIRST_SPEED, plan_for
from ops.lab.local.running_lab import RunningLab

GIVEN = {"envName": "lab", "maxReceiveCount": "2"}
LAB = RunningLab(pid=7, port=4660, log_path="/log", env_name="lab", context=GIVEN, deployed="f00d")
EMPTY = RunningLab(pid=7, port=4660, log_path="/log")


def test_a_new_lab_has_short_clocks_fast_alarms_and_someone_to_page() -> None:
    plan = plan_for(None, {}, environ={})
    assert plan.context == FIRST_CONTEXT
    assert (plan.port, plan.speed, plan.discards) == (4566, FIRST_SPEED, "")


def test_a_new_lab_adds_what_it_is_given() -> None:
    plan = plan_for(None, {"maxReceiveCount": "2"}, port=4600, speed=5, environ={})
    assert plan.context == FIRST_CONTEXT | {"maxReceiveCount": "2"}
    assert (plan.port, plan.speed) == (4600, 5)


def test_another_environment_has_the_defaults_of_a_deployment_and_alarms_as_slow_as_on_aws() -> None:
    plan = plan_for(None, {"envName": "dev"}, environ={})
    assert (plan.context, plan.speed) == ({"envName": "dev"}, None)


def test_the_speed_of_the_environment_variable_is_not_overruled() -> None:
    assert plan_for(None, {}, environ={"LAB_SPEED": "3"}).speed is None


def test_the_mode_of_permissions_stays_unless_one_is_given() -> None:
    assert plan_for(LAB, {}, environ={}).permissions is None
    given = plan_for(LAB, {}, permissions=PermissionMode.ENFORCE, environ={})
    assert given.permissions is PermissionMode.ENFORCE


def test_nothing_changes_where_nothing_is_given() -> None:
    plan = plan_for(LAB, {}, environ={})
    assert (plan.context, plan.port, plan.speed, plan.discards) == (GIVEN, 4660, None, "")


def test_a_setting_is_changed_and_the_others_stay() -> None:
    plan = plan_for(LAB, {"batchSize": "5"})
    assert (plan.context, plan.discards) == (GIVEN | {"batchSize": "5"}, "")


def test_an_empty_setting_takes_its_default_again() -> None:
    assert plan_for(LAB, {"maxReceiveCount": ""}).context == {"envName": "lab"}
    assert plan_for(None, {"alarmEmail": ""}).context == {"envName": "lab"}


def test_the_same_environment_and_port_named_once_more_discard_nothing() -> None:
    assert plan_for(LAB, {"envName": "lab"}, port=4660).discards == ""


def test_a_lab_that_died_hands_on_its_port_and_settings_and_says_what_is_lost() -> None:
    plan = plan_for(None, {"batchSize": "5"}, died=LAB, environ={})
    assert (plan.context, plan.port, plan.speed) == (GIVEN | {"batchSize": "5"}, 4660, FIRST_SPEED)
    assert "process 7" in plan.replaces
    assert plan_for(None, {}, died=LAB, port=4700, environ={}).port == 4700


@pytest.mark.parametrize("given", [{"envName": "dev"}, {"envName": "staging"}])
def test_another_environment_takes_nothing_over_from_one_that_died(given: dict[str, str]) -> None:
    plan = plan_for(None, given, died=LAB, environ={})
    assert (plan.context, plan.port, plan.replaces) == (given, 4566, "")


def test_a_fresh_lab_takes_nothing_over_and_one_that_never_had_the_app_leaves_nothing() -> None:
    for plan in (
        plan_for(None, {}, died=LAB, fresh=True, environ={}),
        plan_for(None, {}, died=EMPTY, environ={}),
    ):
        assert (plan.context, plan.port, plan.replaces) == (FIRST_CONTEXT, 4566, "")


def test_a_lab_that_is_up_is_no_heir() -> None:
    assert plan_for(LAB, {}, died=replace(LAB, port=4700), environ={}) == plan_for(LAB, {}, environ={})


def test_another_environment_is_a_new_lab() -> None:
    plan = plan_for(LAB, {"envName": "dev"})
    assert "envName=lab" in plan.discards
    assert plan.context == {"envName": "dev"}


def test_another_port_is_a_new_lab() -> None:
    plan = plan_for(LAB, {}, port=4700)
    assert "port 4660" in plan.discards
    assert (plan.port, plan.context) == (4700, FIRST_CONTEXT)


def test_a_lab_that_does_not_answer_is_not_given_up_in_silence() -> None:
    assert "process 7" in plan_for(LAB, {}, answers=False).discards


def test_a_fresh_lab_forgets_what_the_last_one_was_given() -> None:
    plan = plan_for(LAB, {}, fresh=True)
    assert (plan.context, bool(plan.discards)) == (FIRST_CONTEXT, True)


@pytest.mark.parametrize("lab", [None, EMPTY])
def test_nothing_is_discarded_where_no_app_has_been(lab: RunningLab | None) -> None:
    assert plan_for(lab, {"envName": "dev"}, port=4700, fresh=True, answers=False).discards == ""
