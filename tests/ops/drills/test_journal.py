"""The journal: the first conclusion stands, and its JSON is what docs/drills.md says."""

import json
import re
from pathlib import Path

from ops.lab.drills.declaration import DrillVerdict
from ops.lab.drills.journal import CheckRecord, Phase
from ops.lab.report.chart import ChartData
from ops.lab.repository import REPOSITORY
from tests.ops.drills.conftest import new_journal


def test_the_first_conclusion_stands() -> None:
    journal = new_journal()
    journal.conclude(DrillVerdict.VIOLATED, "first")
    journal.conclude(DrillVerdict.INCONCLUSIVE, "second")
    assert (journal.verdict, journal.reason) == (DrillVerdict.VIOLATED, "first")


def test_verdicts_are_exit_codes() -> None:
    assert [verdict.exit_code for verdict in DrillVerdict] == [0, 1, 2]


def test_a_complaint_tells_expected_and_seen() -> None:
    record = CheckRecord(Phase.RECOVERY, "alarm", "= OK", 30.0, False, "ALARM", 41.0, 30.1, hint="wait")
    assert record.complaint == "recovery: alarm: expected = OK within 30 s, saw 'ALARM' (wait)"


def test_it_is_written_as_json_with_the_fields_that_the_docs_name(tmp_path: Path) -> None:
    path = tmp_path / "new" / "drill.journal.json"
    new_journal().write(path)
    written = json.loads(path.read_text())
    assert (written["schema"], written["verdict"]) == (1, "held")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", written["started_at"])
    described = (REPOSITORY / "docs" / "drills.md").read_text().partition("The journal has ")[2]
    assert set(re.findall(r"`(\w+)`", described)) <= written.keys()


def test_samples_that_miss_a_name_leave_gaps_and_columns_stay_aligned() -> None:
    series = ChartData()
    series.add(0.0, {"a": 1}, {})
    series.add(1.0, {"b": 2}, {"Alarm": "OK"})
    assert series.seconds == [0.0, 1.0]
    assert series.values == {"a": [1, None], "b": [None, 2]}
    assert series.alarms == {"Alarm": ["INSUFFICIENT_DATA", "OK"]}
