"""The report: everything in one page that asks no network for anything."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ops.lab.drills.declaration import DrilledPipeline, DrillVerdict
from ops.lab.drills.files_pipeline import FILES
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.journal import CheckRecord, CircuitChange, DrillJournal, Phase, PhaseRecord, StepRecord
from ops.lab.drills.report import page
from ops.lab.drills.report.page import alarm_lanes, circuit_lanes, phase_bands, quiet_alarms, step_marks
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
    journal.proof |= {"processed_twice": 0, "repeated_events": 0, "unrecorded_events": 0}
    journal.proof |= {"in_queue": 0, "in_dlq": 3, "parked": 0}
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
    assert (repair.name, repair.left) == ("repair it", 50)


def test_a_step_is_marked_where_it_begins_since_its_effects_come_before_its_end(
    journal: DrillJournal,
) -> None:
    assert [(mark.title, mark.left, mark.width) for mark in step_marks(journal)] == [
        ("inject <b>fault</b>", 10, 10),
        ("heal", 50, 10),
    ]


def test_without_its_repair_the_fault_stays_in_force(journal: DrillJournal) -> None:
    assert [band.kind for band in phase_bands(journal)] == ["calm", "fault", "mend"]
    journal.repair_left_out = True
    assert [band.kind for band in phase_bands(journal)] == ["calm", "fault", "fault"]


def test_only_alarms_that_rose_have_a_lane(journal: DrillJournal) -> None:
    [lane] = alarm_lanes(journal)
    assert [(band.name, band.left, band.width) for band in lane.bands] == [("OK", 0, 40), ("ALARM", 40, 60)]
    assert quiet_alarms(journal) == ["QueueAge"]


def test_a_lane_shows_the_state_that_only_the_last_sample_saw_after_the_drill_s_end(
    journal: DrillJournal,
) -> None:
    journal.series.add(10.4, {}, {"DlqDepth": "OK", "QueueAge": "OK"})
    [lane] = alarm_lanes(journal)
    last = lane.bands[-1]
    assert (last.name, last.ends) == ("OK", 10.4)
    assert last.left < 100
    assert last.left + last.width == pytest.approx(100)


def test_the_axis_has_room_for_the_last_sample(journal: DrillJournal, tmp_path: Path) -> None:
    journal.series.add(10.4, {"succeeded": 17.0}, {"DlqDepth": "OK", "QueueAge": "OK"})
    assert _plots(journal, tmp_path)["total"] == 10.4


def test_where_the_age_leaves_messages_out_the_page_says_when_and_how_many(
    journal: DrillJournal, tmp_path: Path
) -> None:
    for at, age in enumerate((None, None, 3.0, 4.0, None, None, None), start=10):
        journal.series.add(float(at), {"queue_waiting": 30.0, "age_seconds": age}, {})
    text = _text(journal, tmp_path)
    assert "received three times or more" in text
    assert "Here: 14 s to 16 s (up to 30)." in text  # and not before: what has just come has no age yet


def test_where_it_leaves_none_out_the_page_names_no_time(journal: DrillJournal, tmp_path: Path) -> None:
    journal.series.values["age_seconds"] = [0.0] * 10
    assert "Here:" not in _text(journal, tmp_path)


def test_a_circuit_that_changed_has_a_lane_with_its_worst_environment(
    journal: DrillJournal, html: str, tmp_path: Path
) -> None:
    assert "Circuits" not in html
    journal.circuits = [
        CircuitChange(2.0, "Downstream", "first", "open"),
        CircuitChange(3.0, "Downstream", "second", "open"),
        CircuitChange(4.0, "Downstream", "second", "half-open"),
        CircuitChange(5.0, "Downstream", "first", "closed"),
        CircuitChange(6.0, "Downstream", "second", "closed"),
    ]
    [lane] = circuit_lanes(journal)
    assert [(band.name, band.begins, band.ends) for band in lane.bands] == [
        ("closed", 0, 2),
        ("open", 2, 5),
        ("half-open", 5, 6),
        ("closed", 6, 10),
    ]
    assert "Downstream closed 0 s to 2 s, open 2 s to 5 s" in _text(journal, tmp_path)


def test_each_chart_can_be_read_without_seeing_it_and_without_a_pointer(html: str) -> None:
    for chart in INGESTION.charts:
        assert f'aria-label="{chart.title}.' in html
        for label in chart.series.values():
            assert re.search(rf"</svg>{label} <b data-value", html)
    assert "DLQ: 0 at first, at most 3 after 4 s, 3 at the end" in html


def test_a_series_without_a_value_at_the_end_has_none_in_the_legend(
    journal: DrillJournal, tmp_path: Path
) -> None:
    journal.series.values["age_seconds"][3] = 7.0
    [item] = re.findall(r'data-value="age_seconds">(.*?)<', _html(journal, tmp_path))
    assert item == "\N{EN DASH}"
    assert "seconds: 7 at first, at most 7 after 3 s, no value at the end" in _html(journal, tmp_path)


def test_every_cell_of_a_row_says_its_column_where_there_is_no_room_for_columns(html: str) -> None:
    row = html.partition("alarm DlqDepth</td>")[2].partition("</tr>")[0]
    assert re.findall(r'data-label="(\w+)"', row) == ["expected", "seen", "after", "within"]
    assert "min-width: 620px" not in html


def test_phases_are_told_in_words_that_need_no_knowledge_of_drills(html: str) -> None:
    body = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert "break it" in body
    for word in ("method", "observations", "rollback", "steady state before"):
        assert not re.search(rf">\s*(\d )?{word}\b", body), word
    assert {page.phase_in_words(phase) for phase in Phase}.isdisjoint({phase.value for phase in Phase})


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_good_and_bad_differ_in_lightness_and_are_read_on_the_paper(theme: int) -> None:
    style = (Path(document.__file__).parent / "page.css").read_text(encoding="utf-8")

    def colour(name: str) -> str:
        return str(re.findall(rf"--{name}: #(\w{{6}})", style)[theme])

    assert _contrast(colour("good"), colour("bad")) >= 1.8
    # WCAG 2.2, 1.4.3: 4.5 to 1 for text.
    assert min(_contrast(colour(name), colour("paper")) for name in ("good", "bad", "unsure")) >= 4.5


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance", of six hexadecimal digits."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))


def _html(journal: DrillJournal, folder: Path) -> str:
    page.write_page(journal, INGESTION, folder / "page.html")
    return (folder / "page.html").read_text(encoding="utf-8")


def _text(journal: DrillJournal, folder: Path) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", _html(journal, folder))).replace(" .", ".")


def _plots(journal: DrillJournal, folder: Path) -> Any:
    [data] = re.findall(
        r'<script type="application/json" id="plots">(.*?)</script>', _html(journal, folder), re.DOTALL
    )
    return json.loads(data)


@pytest.mark.parametrize("pipeline", [INGESTION, FILES])
def test_every_series_of_a_chart_has_its_colour_by_day_and_by_night(pipeline: DrilledPipeline) -> None:
    style = (Path(document.__file__).parent / "page.css").read_text(encoding="utf-8")
    for name in (name for chart in pipeline.charts for name in chart.series):
        assert style.count(f"--{name.replace('_', '-')}:") == 2, name
