"""The runner: the order of a drill, its verdict, and the rollback that always comes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from botocore.exceptions import EndpointConnectionError

from ops.lab.drills.declaration import DrillVerdict
from ops.lab.drills.journal import DrillJournal, Phase
from ops.lab.drills.run import DrillRun
from ops.lab.drills.scene import Scene
from ops.lab.errors import CommandError
from tests.ops.drills.conftest import Diary, Parts, new_journal


def _carry_out(parts: Parts, scene: Scene, *, without_repair: bool = False) -> DrillJournal:
    run, journal = _prepared(parts, scene, without_repair=without_repair)
    run.carry_out()
    return journal


def _prepared(parts: Parts, scene: Scene, *, without_repair: bool = False) -> tuple[DrillRun, DrillJournal]:
    journal = new_journal()
    return parts.run(scene, journal, without_repair=without_repair), journal


@pytest.fixture
def parts(diary: Diary) -> Parts:
    """A drill that holds, with one of each."""
    return Parts(
        hypothesis=(diary.check("steady"),),
        method=(diary.step("inject"), diary.step("load")),
        observations=(diary.check("observe"),),
        repair=(diary.step("repair"),),
        recovery=(diary.check("recover"),),
        rollback=(diary.step("purge"),),
    )


def test_the_phases_come_in_order_and_changes_are_undone_the_last_one_first(
    scene: Scene, diary: Diary, parts: Parts
) -> None:
    journal = _carry_out(parts, scene)

    assert journal.verdict is DrillVerdict.HELD
    assert diary.lines == [
        *("steady", "inject", "load", "observe", "repair", "recover", "steady"),
        *("undo repair", "undo load", "undo inject", "purge"),
    ]
    assert [record.name for record in journal.phases] == list(Phase)
    assert all(record.ends is not None for record in journal.phases)


def test_an_unsteady_state_before_is_inconclusive_and_breaks_nothing(
    scene: Scene, diary: Diary, parts: Parts
) -> None:
    parts.hypothesis = (diary.check("unsteady", value=0),)
    journal = _carry_out(parts, scene)
    assert journal.verdict is DrillVerdict.INCONCLUSIVE
    assert journal.reason == "steady state before: unsteady: expected = 1, saw 0"
    assert diary.lines == ["unsteady", "purge"]


def test_an_unsteady_state_before_tells_all_that_is_amiss_and_waits_for_none_of_it(
    scene: Scene, diary: Diary, parts: Parts
) -> None:
    slow = replace(diary.check("slow to settle", value=0), within_seconds=3600)
    parts.hypothesis = (slow, diary.check("unsteady", value=0))
    journal = _carry_out(parts, scene)
    assert [record.title for record in journal.missed] == ["unsteady", "slow to settle"]
    assert "inject" not in diary.lines


def test_a_missed_observation_violates_and_the_drill_still_repairs_and_proves(
    scene: Scene, diary: Diary, parts: Parts
) -> None:
    parts.observations = (diary.check("unseen", value=0),)
    journal = _carry_out(parts, scene)
    assert journal.verdict is DrillVerdict.VIOLATED
    assert "repair" in diary.lines
    assert journal.proof["accepted"] == 0


def test_without_its_repair_it_says_so_and_undoes_the_rest(scene: Scene, diary: Diary, parts: Parts) -> None:
    parts.recovery = (diary.check("recover", value=0),)
    journal = _carry_out(parts, scene, without_repair=True)
    assert journal.verdict is DrillVerdict.VIOLATED
    assert "repair" not in diary.lines
    assert diary.lines[-3:] == ["undo load", "undo inject", "purge"]
    assert [step.outcome for step in journal.steps if step.phase is Phase.REPAIR] == ["left out"]


@pytest.mark.parametrize(
    "error", [CommandError("the API is gone", hint="lab up"), ValueError("a fault of ours")]
)
def test_a_step_that_fails_is_inconclusive_and_what_was_done_is_undone(
    scene: Scene, diary: Diary, parts: Parts, error: Exception
) -> None:
    parts.method = (diary.step("inject"), diary.step("load", error))
    journal = _carry_out(parts, scene)
    assert journal.verdict is DrillVerdict.INCONCLUSIVE
    assert str(error) in journal.reason
    assert diary.lines == ["steady", "inject", "load", "undo inject", "purge"]


def test_a_probe_that_fails_is_inconclusive(scene: Scene, diary: Diary, parts: Parts) -> None:
    parts.observations = (diary.check("observe", error=CommandError("no answer")),)
    journal = _carry_out(parts, scene)
    assert (journal.verdict, journal.reason) == (DrillVerdict.INCONCLUSIVE, "no answer")


def test_an_emulator_that_is_gone_is_inconclusive_and_says_where_to_look(
    scene: Scene, diary: Diary, parts: Parts
) -> None:
    gone = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
    parts.observations = (diary.check("observe", error=gone),)
    journal = _carry_out(parts, scene)
    assert journal.verdict is DrillVerdict.INCONCLUSIVE
    assert "is it still running?" in journal.reason


def test_ctrl_c_is_passed_on_after_the_rollback(scene: Scene, diary: Diary, parts: Parts) -> None:
    parts.observations = (diary.check("observe", error=KeyboardInterrupt()),)
    run, journal = _prepared(parts, scene)
    with pytest.raises(KeyboardInterrupt):
        run.carry_out()
    assert diary.lines[-3:] == ["undo load", "undo inject", "purge"]
    assert (journal.verdict, journal.reason) == (DrillVerdict.INCONCLUSIVE, "interrupted")
    assert journal.phases[-1].name is Phase.ROLLBACK


def test_a_rollback_that_fails_stops_no_other_and_masks_no_earlier_failure(
    scene: Scene, diary: Diary, parts: Parts
) -> None:
    parts.observations = (diary.check("unseen", value=0),)
    parts.rollback = (diary.step("purge", CommandError("cannot purge")), diary.step("last"))
    journal = _carry_out(parts, scene)
    assert diary.lines[-2:] == ["purge", "last"]
    assert (journal.verdict, "unseen" in journal.reason) == (DrillVerdict.VIOLATED, True)
    assert [step.detail for step in journal.steps if step.outcome == "failed"] == ["cannot purge"]


def test_a_drill_that_held_but_cannot_be_rolled_back_is_inconclusive(
    scene: Scene, diary: Diary, parts: Parts
) -> None:
    parts.rollback = (diary.step("purge", CommandError("cannot purge")),)
    journal = _carry_out(parts, scene)
    assert (journal.verdict, journal.reason) == (DrillVerdict.INCONCLUSIVE, "rollback: cannot purge")


def test_what_only_the_emulator_shows_is_left_out_on_aws(scene: Scene, diary: Diary, parts: Parts) -> None:
    assert scene.on_aws
    parts.observations = (replace(diary.check("mail", value=0), on_aws=False),)
    journal = _carry_out(parts, scene)
    assert journal.verdict is DrillVerdict.HELD
    assert [record.met for record in journal.checks if record.title == "mail"] == [None]


def test_an_accepted_key_that_never_succeeds_violates_the_proof(
    scene: Scene, parts: Parts, put_item: Callable[..., None], announce: Callable[..., None]
) -> None:
    for key in ("good", "lost"):
        scene.ledger.accept(key, 1, 2)
    put_item("good")
    announce("good")

    journal = _carry_out(parts, scene)

    assert journal.verdict is DrillVerdict.VIOLATED
    assert journal.reason == "proof: accepted keys that have not succeeded: expected = 0, saw 1"
    assert (journal.proof["accepted"], journal.proof["succeeded"]) == (2, 1)
