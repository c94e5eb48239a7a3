"""Marks: actions, deployments and drills on one axis."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ops.lab.app.target import Target
from ops.lab.console.changes.action_journal import ActionJournal
from ops.lab.console.changes.drill_control import DrillStage, FollowedDrill
from ops.lab.console.timeline.deployments import DeployedStacks, DeploymentHistory, together
from ops.lab.console.timeline.drill_traces import (
    DrillPhase,
    DrillTrace,
    finished_drills,
    running_drill,
    trace_of,
)
from ops.lab.console.timeline.marks import marks, stretches
from ops.lab.drills.declaration import DrillVerdict
from ops.lab.drills.journal import DrillJournal, Phase, PhaseRecord, StepRecord
from ops.lab.drills.progress import DrillProgress, PhaseProgress
from ops.lab.drills.report_folder import ReportFolder

NOW = 1_800_000_000.0


def journal(on: Target, environment: dict[str, str] | None = None) -> DrillJournal:
    written = DrillJournal(
        "poison_payload",
        "Poison",
        "story",
        {"target": "AWS account 1, x", "environment": "dev", "API": on.output("ApiUrl")}
        | (environment or {}),
        started_at=NOW,
        verdict=DrillVerdict.VIOLATED,
        seconds=60.0,
    )
    written.phases = [
        PhaseRecord(Phase.STEADY_BEFORE, 0.0, 5.0),
        PhaseRecord(Phase.METHOD, 5.0, 10.0),
        PhaseRecord(Phase.REPAIR, 10.0, 20.0),
        PhaseRecord(Phase.PROOF, 20.0),
    ]
    written.steps = [
        StepRecord(Phase.METHOD, "break it", 5.0, 6.0, "done"),
        StepRecord(Phase.METHOD, "send", 6.0, 7.0, "failed"),
    ]
    return written


def keep(reports: Path, written: DrillJournal) -> None:
    written.write(ReportFolder(reports).keep(written.drill, written.started_at).journal)


def test_a_drill_of_this_target_is_found_with_its_phases(tmp_path: Path, target: Target) -> None:
    keep(tmp_path, journal(target))

    [trace] = finished_drills(tmp_path, target, NOW + 30)

    assert trace.outcome == "violated"
    assert [phase.kind for phase in trace.phases] == ["calm", "fault", "mend", "calm"]
    assert trace.phases[-1].ends == NOW + 60
    assert trace.steps == ((NOW + 5, "break it"),)


@pytest.mark.parametrize(
    "elsewhere",
    [{"API": "http://127.0.0.1:9/another"}, {"environment": "prod"}, {"target": "http://127.0.0.1:4566"}],
)
def test_a_drill_of_another_target_is_not(tmp_path: Path, target: Target, elsewhere: dict[str, str]) -> None:
    keep(tmp_path, journal(target, elsewhere))
    assert finished_drills(tmp_path, target, NOW) == []


def test_drills_before_the_span_and_journals_that_are_none_are_left_out(
    tmp_path: Path, target: Target
) -> None:
    keep(tmp_path, journal(target))
    broken = ReportFolder(tmp_path).keep("backlog", NOW).journal
    broken.write_text("{")

    assert finished_drills(tmp_path, target, NOW + 61) == []
    assert finished_drills(tmp_path, target, NOW + 86_400) == []
    assert len(finished_drills(tmp_path, target, NOW)) == 1


def test_marks_are_in_the_order_in_which_things_were_done(tmp_path: Path, target: Target) -> None:
    actions = ActionJournal(tmp_path / "journal.jsonl")
    record = actions.add("Purge", "refused by the account", done=False)
    deployed = DeployedStacks(NOW + 1, NOW + 31, ("Queue UPDATE_COMPLETE", "Api UPDATE_ROLLBACK_COMPLETE"))
    drills = [trace_of(journal(target))]

    found = marks([replace(record, at=NOW + 2)], [deployed], drills, NOW)

    assert [(mark.kind, mark.title, mark.failed) for mark in found] == [
        ("drill", "Drill poison_payload", True),
        ("deployment", "Deployment", True),
        ("action", "Purge", True),
        ("drill", "break it", False),
    ]
    assert "30 s: Queue UPDATE_COMPLETE" in found[1].detail
    assert marks([], [deployed], drills, NOW + 3) == found[3:]


def test_a_phase_that_lasts_is_drawn_until_now() -> None:
    running = DrillTrace(
        "backlog", NOW, None, "running", (DrillPhase("watch it fail", "fault", NOW, None),), ()
    )
    [stretch] = stretches([running], NOW + 9)
    assert (stretch.begins, stretch.ends, stretch.title) == (NOW, NOW + 9, "backlog: watch it fail")


def test_a_drill_under_way_is_known_as_far_as_it_has_come() -> None:
    step = StepRecord(Phase.METHOD, "break it", 1.0, 2.0, "done")
    progress = DrillProgress(
        "backlog",
        "Backlog",
        "",
        NOW,
        1,
        phases=[
            PhaseProgress(Phase.METHOD, 0.5, 3.0, [step]),
            PhaseProgress(Phase.OBSERVATIONS, 3.0),
        ],
    )

    [trace] = running_drill(FollowedDrill(DrillStage.UNDER_WAY, "backlog", progress))

    assert trace.steps == ((NOW + 1, "break it"),)
    assert [phase.ends for phase in trace.phases] == [NOW + 3, None]
    assert running_drill(FollowedDrill(DrillStage.ENDED, "backlog", progress)) == []


def test_stacks_that_follow_each_other_are_one_deployment() -> None:
    stacks = [
        DeployedStacks(500.0, 510.0, ("Queue UPDATE_COMPLETE",)),
        DeployedStacks(0.0, 10.0, ("Queue CREATE_COMPLETE",)),
        DeployedStacks(20.0, 30.0, ("Api CREATE_COMPLETE",)),
    ]
    assert [(each.begins, each.ends, len(each.outcomes)) for each in together(stacks)] == [
        (0.0, 30.0, 2),
        (500.0, 510.0, 1),
    ]


class StacksStub:
    """Answers DescribeStacks and DescribeStackEvents, the newest event first."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = "UPDATE_COMPLETE"
        self.events = [
            event(110.0, "UPDATE_COMPLETE"),
            event(105.0, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
            event(104.0, "UPDATE_COMPLETE", logical="SomeQueue", kind="AWS::SQS::Queue"),
            event(100.0, "UPDATE_IN_PROGRESS"),
            event(20.0, "CREATE_COMPLETE"),
            event(10.0, "CREATE_IN_PROGRESS"),
        ]

    def get_paginator(self, name: str) -> "StacksStub":
        self.asked.append(name)
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        if asked:
            return [{"StackEvents": self.events[:3]}, {"StackEvents": self.events[3:]}]
        stacks = [
            {
                "StackName": name,
                "StackStatus": self.status,
                "CreationTime": moment(90.0),
                "LastUpdatedTime": moment(110.0),
            }
            for name in (STACK, "Another")
        ]
        return [{"Stacks": stacks}]


STACK = "IngestionLab-dev-Queue"


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def event(
    at: float, status: str, *, logical: str = STACK, kind: str = "AWS::CloudFormation::Stack"
) -> dict[str, Any]:
    return {
        "LogicalResourceId": logical,
        "ResourceType": kind,
        "ResourceStatus": status,
        "Timestamp": moment(at),
    }


def test_a_stack_that_was_never_updated_needs_no_events(target: Target) -> None:
    stub = vars(target)["cloudformation"] = StacksStub()
    stub.status = "CREATE_COMPLETE"

    [found] = DeploymentHistory().read(target, 0.0)

    assert (found.begins, found.outcomes) == (90.0, ("Queue CREATE_COMPLETE",))
    assert stub.asked == ["describe_stacks"]


def test_deployments_are_known_from_the_events_of_the_apps_stacks(target: Target) -> None:
    stub = vars(target)["cloudformation"] = StacksStub()
    history = DeploymentHistory()

    found = history.read(target, 0.0)

    assert [(each.begins, each.ends, each.outcomes) for each in found] == [
        (10.0, 20.0, ("Queue CREATE_COMPLETE",)),
        (100.0, 110.0, ("Queue UPDATE_COMPLETE",)),
    ]
    assert [each.begins for each in history.read(target, 50.0)] == [100.0]
    assert stub.asked.count("describe_stack_events") == 1, "they are asked for once a deployment"
    assert history.read(target, 111.0) == []
