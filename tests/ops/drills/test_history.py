"""Reports are kept by run; `lab drill history` lists them, `lab drill compare` shows two side by side."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.cli import app
from ops.lab.drills import conduct as conduct_module
from ops.lab.drills.conduct import conduct
from ops.lab.drills.declaration import Drill, DrillVerdict, Proof
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase
from ops.lab.drills.report_folder import ReportFolder
from ops.lab.drills.scene import Scene
from tests.ops.drills.conftest import Diary, new_journal

BEGAN = 1_795_720_000.0  # 2026-11-26T19:06:40Z
NOW = Proof(within_seconds=0)
Keep = Callable[..., str]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Keep a run of a drill in `tmp_path`, and return how it is called."""

    def put(drill: str = "drill", *, seconds_later: float = 0, seen: object = 20, **fields: Any) -> str:
        journal = new_journal()
        journal.drill, journal.started_at = drill, BEGAN + seconds_later
        journal.seconds = 30.0 + seconds_later
        journal.proof = {"accepted": 20, "succeeded": 20}
        journal.environment = {"target": "moto", "API": f"http://{seconds_later:g}"}
        record = CheckRecord(Phase.OBSERVATIONS, "messages in the DLQ", "= 20", 60, seen == 20, 20, 9.0, 8.5)
        journal.checks = [record]
        for name, value in fields.items():
            setattr(journal, name, value)
        kept = ReportFolder(tmp_path).keep(journal.drill, journal.started_at)
        journal.write(kept.journal)
        return kept.name

    return put


def lab(folder: Path, *arguments: str, width: int = 160) -> Any:
    return CliRunner().invoke(
        app, ["drill", *arguments, "--reports", str(folder)], env={"COLUMNS": str(width)}
    )


def test_each_run_of_a_drill_stays_and_the_latest_has_the_drill_s_name(
    scene: Scene, diary: Diary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.target.stacks().outputs["WorkerFunctionName"] = "worker"
    monkeypatch.setattr(conduct_module, "patience_for", lambda *_: 1.0)
    monkeypatch.setattr(conduct_module, "surroundings", lambda *_: {})
    monkeypatch.setattr(type(INGESTION), "whereabouts", lambda *_: {})
    monkeypatch.setattr(type(INGESTION), "circuit_changes", lambda *_: [])
    drill = Drill(
        "drill", "A drill", "No one is paged.", 1, INGESTION, (diary.check("one"),), (), (), (), proof=NOW
    )

    first, second = (conduct(drill, scene.target, ReportFolder(tmp_path)) for _ in range(2))

    runs = sorted((tmp_path / "drill").iterdir())
    assert len(runs) == 2
    for run, journal in zip(runs, (first, second), strict=True):
        assert json.loads((run / "journal.json").read_text())["seconds"] == journal.seconds
        assert "<!doctype html>" in (run / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "drill.html").read_bytes() == (runs[1] / "report.html").read_bytes()
    assert (tmp_path / "drill.journal.json").read_bytes() == (runs[1] / "journal.json").read_bytes()


def test_runs_that_begin_in_the_same_second_are_kept_apart(tmp_path: Path) -> None:
    folder = ReportFolder(tmp_path)
    names = [folder.keep("drill", BEGAN + part).name for part in (0, 0.2, 0.4)]
    assert names == [
        "drill/2026-11-26T19-06-40Z",
        "drill/2026-11-26T19-06-40Z-2",
        "drill/2026-11-26T19-06-40Z-3",
    ]


def test_history_lists_the_runs_the_newest_first(keep: Keep, tmp_path: Path) -> None:
    keep()
    keep("other", seconds_later=1, verdict=DrillVerdict.VIOLATED, reason="proof: three are missing")
    keep(seconds_later=2)

    lines = lab(tmp_path, "history").stdout.splitlines()

    assert [line.split()[0] for line in lines[1:]] == [
        "drill/2026-11-26T19-06-42Z",
        "other/2026-11-26T19-06-41Z",
        "drill/2026-11-26T19-06-40Z",
    ]
    assert "violated" in lines[2]
    assert "proof: three are missing" in lines[2]


def test_history_of_one_drill_as_json(keep: Keep, tmp_path: Path) -> None:
    keep("other")
    run = keep(seconds_later=1)
    [entry] = json.loads(lab(tmp_path, "history", "drill", "--json").stdout)
    assert (entry["run"], entry["verdict"], entry["seconds"]) == (run, "held", 31.0)
    assert (entry["succeeded"], entry["accepted"]) == (20, 20)
    assert Path(entry["report"]) == tmp_path / run / "report.html"


@pytest.mark.parametrize("width", [80, 40])
def test_a_run_s_name_is_never_cut(keep: Keep, tmp_path: Path, width: int) -> None:
    run = keep("timeout_vs_visibility_of_a_long_name")
    assert run in lab(tmp_path, "history", width=width).stdout


def test_a_journal_that_cannot_be_read_hides_no_other(keep: Keep, tmp_path: Path) -> None:
    run = keep()
    (tmp_path / keep(seconds_later=1) / "journal.json").write_text("{")
    (tmp_path / keep(seconds_later=2) / "journal.json").write_text("[]")
    (tmp_path / "drill" / "notes.txt").write_text("mine")
    result = lab(tmp_path, "history", "--json")
    assert [entry["run"] for entry in json.loads(result.stdout)] == [run]
    assert result.stderr.count("cannot be read") == 2


def test_without_any_run_it_says_how_to_get_one(tmp_path: Path) -> None:
    result = lab(tmp_path, "history")
    assert (result.exit_code, "lab drill run" in result.stdout) == (0, True)
    assert json.loads(lab(tmp_path, "history", "--json").stdout) == []


def test_two_runs_are_compared_by_verdict_times_and_counts(keep: Keep, tmp_path: Path) -> None:
    one = keep()
    other = keep(
        seconds_later=2,
        seen=3,
        verdict=DrillVerdict.VIOLATED,
        reason="too few",
        proof={"accepted": 20, "succeeded": 17, "parked": 1},
    )

    output = lab(tmp_path, "compare", one, other).stdout

    rows = {line.split("  ")[0].strip(): line.split() for line in output.splitlines() if line.strip()}
    assert rows["verdict"][1:] == ["held", "violated"]
    assert rows["seconds in all"][3:] == ["30.0", "32.0"]
    assert rows["succeeded"][1:] == ["20", "17"]
    assert rows["parked"][1:] == ["-", "1"]
    assert "http://0" in output
    assert "target" not in rows  # the same in both
    [check] = [line for line in output.splitlines() if "messages in the DLQ" in line]
    assert check.split()[-6:] == ["✓", "8.5", "s", "✗", "8.5", "s"]


def test_a_comparison_can_be_read_by_a_program(keep: Keep, tmp_path: Path) -> None:
    one, other = keep(), keep(seconds_later=2)
    answer = json.loads(lab(tmp_path, "compare", one, other, "--json").stdout)
    assert answer["runs"] == [one, other]
    assert answer["counts"]["accepted"] == [20, 20]
    assert answer["verdict"] == ["held", "held"]
    assert answer["environment"] == {"API": ["http://0", "http://2"]}
    [check] = answer["checks"]
    assert (check["title"], [seen["seconds"] for seen in check["seen"]]) == (
        "messages in the DLQ",
        [8.5, 8.5],
    )


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_history_of_no_drill_is_refused_and_of_one_without_runs_is_empty(
    keep: Keep, tmp_path: Path, more: tuple[str, ...]
) -> None:
    refused = lab(tmp_path, "history", "nosuch", *more)
    assert refused.exit_code == 2
    assert "there is no drill nosuch" in refused.stderr
    assert lab(tmp_path, "history", "poison_payload", *more).exit_code == 0
    keep("one_of_elsewhere")
    assert "one_of_elsewhere" in lab(tmp_path, "history", "one_of_elsewhere", *more).stdout


def test_a_run_is_named_by_its_name_its_time_its_folder_or_as_the_latest_of_its_drill(
    keep: Keep, tmp_path: Path
) -> None:
    one, other = keep(), keep(seconds_later=2)
    for name in (other, other.partition("/")[2], str(tmp_path / other), "drill"):
        answer = json.loads(lab(tmp_path, "compare", one, name, "--json").stdout)
        assert answer["runs"] == [one, other], name


@pytest.mark.parametrize("name", ["drill/never", "nothing", "../.."])
def test_a_run_that_is_not_there_is_refused_with_those_that_are(
    keep: Keep, tmp_path: Path, name: str
) -> None:
    run = keep()
    result = lab(tmp_path, "compare", run, name)
    assert (result.exit_code, name in result.stderr) == (2, True)
    assert "lab drill history" in result.stderr


def test_a_journal_is_read_back_whole(keep: Keep, tmp_path: Path) -> None:
    run = keep(reason="[bold]", verdict=DrillVerdict.INCONCLUSIVE)
    assert "[bold]" in lab(tmp_path, "history").stdout
    assert isinstance(DrillJournal.read(tmp_path / run / "journal.json"), DrillJournal)
