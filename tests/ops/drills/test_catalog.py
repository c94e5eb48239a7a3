"""Drills are found by their names, and every declaration in the repository is sound."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import drill as command
from ops.lab.drills import catalog
from ops.lab.drills.declaration import Drill, DrillVerdict
from ops.lab.drills.journal import DrillJournal
from ops.lab.drills.report_folder import ReportFolder
from ops.lab.drills.run import DrillRun
from ops.lab.drills.scene import Scene
from ops.lab.errors import Refused
from tests.ops.drills.conftest import new_journal

# As a team would write one: with the lab's parts, and a fault of its own.
_OWN = """
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, Proof, ReversibleChange, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import queues

MARKS = []


def _mark(scene):
    MARKS.append("broken")
    return ReversibleChange("a mark", MARKS.clear)


DRILL = Drill(
    name="{name}",
    title="A drill of our own",
    story="Our gateway is slow.",
    minutes=0.1,
    pipeline=INGESTION,
    hypothesis=(
        DrillCheck("queue", lambda scene: queues.in_queue(scene.target), equals(0), within_seconds=0),
    ),
    method=(DrillStep("mark", _mark),),
    observations=(DrillCheck("marks", lambda _: len(MARKS), equals(1), within_seconds=0),),
    repair=(DrillStep("unmark", lambda _: MARKS.clear()),),
    recovery=(DrillCheck("marks", lambda _: len(MARKS), equals(0), within_seconds=0),),
    proof=Proof(within_seconds=0),
)
"""

Declare = Callable[..., Path]


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Declare a drill in a folder outside of the repository; return the folder."""

    def put(name: str = "own_drill", folder: str = "ours", text: str = _OWN) -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        (place / f"{name}.py").write_text(text.replace("{name}", name))
        return place

    return put


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Install a distribution whose drills are in a package of this name."""

    def put(package: str) -> None:
        metadata = tmp_path / "theirs-1.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
        (metadata / "entry_points.txt").write_text(f"[dlq_lab.drills]\ntheirs = {package}\n")
        monkeypatch.syspath_prepend(tmp_path)

    return put


@pytest.mark.parametrize("name", catalog.names())
def test_a_drill_declares_all_that_it_takes(name: str) -> None:
    drill = catalog.load(name)
    for part in (drill.hypothesis, drill.method, drill.observations, drill.repair, drill.recovery):
        assert part, name
    for phase in (drill.hypothesis, drill.observations, drill.recovery):
        titles = [check.title for check in phase]
        assert len(titles) == len(set(titles)), titles
    assert 0 < drill.minutes <= 5


def test_an_unknown_drill_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Refused) as caught:
        catalog.load("no_such_drill")
    assert "poison_payload" in caught.value.hint


def test_shared_parts_are_no_drills(declare: Declare) -> None:
    declare()
    folder = declare("_shared")
    assert "own_drill" in catalog.names([folder])
    assert not [name for name in catalog.names([folder]) if name.startswith("_")]


def test_a_drill_of_another_folder_is_listed_beside_the_lab_s(declare: Declare) -> None:
    arguments = ["drill", "list", "--drills", str(declare())]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "120"})
    assert result.exit_code == 0
    assert "A drill of our own" in result.stdout
    assert "poison_payload" in result.stdout


@pytest.mark.usefixtures("directory")
def test_a_drill_of_another_folder_is_carried_out(
    declare: Declare, scene: Scene, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conduct(drill: Drill, _: Target, reports: ReportFolder, **__: object) -> DrillJournal:
        journal = new_journal()
        DrillRun(drill, scene, journal).carry_out()
        journal.write(reports.journal(drill.name))
        return journal

    monkeypatch.setattr(command, "choose", lambda *_: target)
    monkeypatch.setattr(command, "conduct", conduct)
    arguments = ["drill", "run", "own_drill", "--drills", str(declare()), "--reports", str(tmp_path / "out")]

    result = CliRunner().invoke(app, arguments)

    assert (result.exit_code, DrillVerdict.HELD.value in result.stdout) == (0, True), result.stdout
    assert '"take back: a mark"' in (tmp_path / "out" / "own_drill.journal.json").read_text()


def test_lab_drills_names_folders_as_a_path_does(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [declare("first", "one"), declare("second", "two")]
    monkeypatch.setenv("LAB_DRILLS", os.pathsep.join(map(str, folders)))
    assert {"first", "second", "poison_payload"} <= set(catalog.names())


def test_an_installed_package_brings_its_drills(declare: Declare, install: Callable[[str], None]) -> None:
    (declare("theirs", "their_drills") / "__init__.py").touch()
    install("their_drills")
    assert catalog.load("theirs").title == "A drill of our own"


def test_a_package_that_is_not_there_is_refused(install: Callable[[str], None]) -> None:
    install("no_such_package")
    with pytest.raises(Refused, match="no_such_package"):
        catalog.names()


def test_a_name_that_stands_twice_is_refused_with_both_places(declare: Declare) -> None:
    folder = declare("poison_payload")
    with pytest.raises(Refused) as caught:
        catalog.names([folder])
    assert str(folder / "poison_payload.py") in str(caught.value)
    assert str(catalog.FOLDER / "poison_payload.py") in str(caught.value)


def test_a_folder_that_is_named_twice_is_looked_into_once(
    declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = declare()
    monkeypatch.setenv("LAB_DRILLS", str(folder))
    assert catalog.names([folder]).count("own_drill") == 1


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nowhere"):
        catalog.names([tmp_path / "nowhere"])


def test_a_file_without_its_drill_is_refused(declare: Declare) -> None:
    folder = declare("empty", text="")
    with pytest.raises(Refused, match=r"empty\.py does not declare a DRILL"):
        catalog.load("empty", [folder])
