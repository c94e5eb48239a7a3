"""What a person sees of the files pipeline."""

from collections import Counter
from dataclasses import replace

from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.queue_depth import QueueDepth
from ops.lab.console.looking.files_watch import FilesObservation
from ops.lab.console.picture.files_picture import files_picture
from ops.lab.console.picture.node import NodeCondition
from ops.lab.files.snapshot import Backlog, Control, Snapshot
from tests.ops.console.picture.looks import look_of

NOTHING = QueueDepth(0, 0, 0)
QUIET = Snapshot(
    taken=1.0,
    backlog=Backlog(NOTHING, NOTHING, 0, 0),
    control=Control(None, None, 0, 0.0, 0.0),
    max_concurrency=10,
    reserved_concurrency=None,
    running=(),
    files=Counter(),
    rows=0,
    rows_rejected=0,
)
SEEN = FilesObservation(at=1.0, snapshot=QUIET, behaviour=ApiBehaviour(), problem="")


def test_quiet_files_are_in_order() -> None:
    picture = files_picture(look_of(), SEEN)
    assert picture.condition is NodeCondition.GOOD
    assert picture.nodes["scaler"].facts == ["files at once: not set yet, at most 10"]
    assert picture.nodes["service"].facts == ["up", "5 to 30 ms"]
    assert picture.nodes["rounds"].facts == ["no round is running", "pressure 0 s"]


def test_files_at_work() -> None:
    now = replace(
        QUIET,
        backlog=Backlog(QueueDepth(40, 10, 0), NOTHING, 0, 0),
        control=Control("round-1", 4, 2, 0.25, 31.4),
        reserved_concurrency=4,
        running=("round-1",),
        files=Counter({FileStatus.SUCCEEDED: 12, FileStatus.INFLIGHT: 3}),
        rows=1500,
        rows_rejected=2,
    )
    files = replace(SEEN, snapshot=now, rates={"rows": 120.0}, counts={"rows": 1500}, ages={"queue": 65.0})
    picture = files_picture(look_of(), files)
    assert picture.nodes["queue"].facts == ["40 waiting, 10 in flight", "oldest 1 min"]
    assert picture.nodes["rounds"].facts == ["round round-1", "pressure 2 s"]
    assert [remark.text for remark in picture.nodes["rounds"].remarks] == ["slowed by pressure"]
    assert picture.nodes["processor"].facts == ["25% errors, 31 ms a call"]
    assert "12 SUCCEEDED" in picture.nodes["records"].facts
    assert "1,500 rows, 2 rejected" in picture.nodes["records"].facts
    assert picture.edges["rows"].rate_text == "120/s"


def test_what_went_wrong_is_at_its_node() -> None:
    now = replace(QUIET, backlog=Backlog(NOTHING, QueueDepth(1, 0, 0), 2, 3))
    behaviour = ApiBehaviour(down=True, error_rate=0.5, failing="<b>")
    files = replace(SEEN, snapshot=now, behaviour=behaviour)
    picture = files_picture(look_of("CsvExecutionsFailed", "CsvArrivalsFailedInvocations"), files)
    remarks = {
        name: [remark.text for remark in node.remarks] for name, node in picture.nodes.items() if node.remarks
    }
    assert remarks == {
        "rule": ["alarm CsvArrivalsFailedInvocations", "events undelivered"],
        "rounds": ["alarm CsvExecutionsFailed", "invocations given up"],
        "service": ["down"],
        "dlq": ["has dead letters"],
    }
    assert picture.nodes["service"].facts[-1] == "refuses files with '<b>' in their key"


def test_before_the_first_look_the_alarms_alone_are_known() -> None:
    picture = files_picture(look_of("CsvDlqDepth"), FilesObservation())
    assert picture.nodes["dlq"].condition is NodeCondition.BAD
    assert picture.nodes["queue"].facts == ()
    assert picture.edges["rows"].per_second is None
