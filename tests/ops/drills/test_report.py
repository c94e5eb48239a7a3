"""The report: everything in one page that asks no network for anything."""

import json
import re
from pathlib import Path

import pytest

from ops.lab.drills.declaration import DrilledPipeline, DrillVerdict
from ops.lab.drills.files_pipeline import FILES
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, PhaseRecord, StepRecord
from ops.lab.drills.report import page
from ops.lab.drills.report.page import alarm_lanes, phase_bands, quiet_alarms, step_marks
from ops.lab.errors import CommandError
from ops.lab.report import document
from tests.ops.drills.conftest import new_journal


@pytest.fixture
def journal() -> DrillJournal:
    """Ten seconds: broken at 2 s, ALARM from 4 s on, repaired at 6 s."""
    journal = new_journal()
    journal.seconds = 10.0
    journal.phases = [
        PhaseRecord(Phase.STEADY_BEFORE, 0.0, 1.0),
        PhaseRecord(Phase.METHOD, 1.0, 2.0),
        PhaseRecord(Phase.REPAIR, 5.0, 6.0),
        PhaseRecord(Phase.ROLLBACK, 10.0, 10.0),
    ]
    journal.steps = [
        StepRecord(Phase.METHOD, "inject <b>fault</b>", 1.0, 2.0, "done", "mode to poison"),
        StepRecord(Phase.REPAIR, "left", 5.0, 5.0, "left out"),
        StepRecord(Phase.REPAIR, "heal", 5.0, 6.0, "done"),
    ]
    journal.checks = [
        CheckRecord(Phase.OBSERVATIONS, "alarm DlqDepth", "= ALARM", 60, True, "ALARM", 4.0, 2.5),
        CheckRecord(Phase.PROOF, "accepted keys that have not succeeded", "= 0", 30, False, 3, 9.0, 1.0),
    ]
    journal.proof = {"accepted": 20, "succeeded": 17, "announced": 17, "announced_twice": 0}
    journal.proof |= {"repeated_events": 0, "in_queue": 0, "in_dlq": 3, "parked": 0}
    for at in range(10):
        states = {"DlqDepth": "ALARM" if at >= 4 else "OK", "QueueAge": "OK"}
        journal.series.add(float(at), {"dlq": 3.0 if at > 3 else 0.0, "age_seconds": None}, states)
    journal.conclude(DrillVerdict.VIOLATED, "proof: three are missing")
    return journal


@pytest.fixture
def html(journal: DrillJournal, tmp_path: Path) -> str:
    page.write_page(journal, INGESTION, tmp_path / "reports" / "drill.html")
    return (tmp_path / "reports" / "drill.html").read_text(encoding="utf-8")


def test_it_tells_verdict_reason_what_was_seen_when_and_the_proof(html: str) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    for said in ("violated", "proof: three are missing", "alarm DlqDepth = ALARM ALARM 2.5 s 60 s"):
        assert said in text
    assert "20 accepted" in text
    assert "No alarm from QueueAge" in text


def test_it_loads_nothing(html: str) -> None:
    assert not re.findall(r"""(?:src|href)\s*=|@import|url\(""", html.replace("xlink:href", ""))
    body = html.partition("</style>")[2].partition("<script>")[0]
    assert "http" not in body


def test_what_a_drill_says_is_text_and_never_markup(html: str) -> None:
    assert "<b>fault</b>" not in html
    assert "inject &lt;b&gt;fault&lt;/b&gt;" in html


def test_the_plots_have_the_samples(html: str, journal: DrillJournal) -> None:
    [data] = re.findall(r'<script type="application/json" id="plots">(.*?)</script>', html, re.DOTALL)
    plots = json.loads(data)
    assert plots["seconds"] == journal.series.seconds
    assert plots["values"]["dlq"][-1] == 3.0
    assert ["mend", 5.0, 6.0] in plots["bands"]


def test_the_library_for_the_charts_is_in_it(html: str) -> None:
    assert "uPlot" in html.partition("<script>")[2]


def test_an_empty_journal_has_a_page_too(tmp_path: Path) -> None:
    journal = new_journal()
    journal.conclude(DrillVerdict.INCONCLUSIVE, "no steady state")
    page.write_page(journal, INGESTION, tmp_path / "drill.html")
    assert "it did not come to that" in (tmp_path / "drill.html").read_text(encoding="utf-8")


def test_without_the_library_it_says_what_to_do(
    journal: DrillJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "_LIBRARY", tmp_path / "nowhere")
    with pytest.raises(CommandError, match="is not installed") as caught:
        page.write_page(journal, INGESTION, tmp_path / "drill.html")
    assert caught.value.hint == "run `make setup`"


def test_positions_are_percent_of_the_drill(journal: DrillJournal) -> None:
    before, method, repair = phase_bands(journal)
    assert (before.left, before.width) == (0, 10)
    assert (method.left, method.width) == (10, 10)
    assert (repair.name, repair.left) == ("repair", 50)
    assert [(mark.title, mark.left) for mark in step_marks(journal)] == [
        ("inject <b>fault</b>", 20),
        ("heal", 60),
    ]


def test_without_its_repair_the_fault_stays_in_force(journal: DrillJournal) -> None:
    assert [band.kind for band in phase_bands(journal)] == ["calm", "fault", "mend"]
    journal.repair_left_out = True
    assert [band.kind for band in phase_bands(journal)] == ["calm", "fault", "fault"]


def test_only_alarms_that_rose_have_a_lane(journal: DrillJournal) -> None:
    [lane] = alarm_lanes(journal)
    assert [(band.name, band.left, band.width) for band in lane.bands] == [("OK", 0, 40), ("ALARM", 40, 60)]
    assert quiet_alarms(journal) == ["QueueAge"]


@pytest.mark.parametrize("pipeline", [INGESTION, FILES])
def test_every_series_of_a_chart_has_its_colour_by_day_and_by_night(pipeline: DrilledPipeline) -> None:
    style = (Path(document.__file__).parent / "page.css").read_text(encoding="utf-8")
    for name in (name for chart in pipeline.charts for name in chart.series):
        assert style.count(f"--{name.replace('_', '-')}:") == 2, name
