"""Reset to the deployed state: nothing of what was done is left, and the app works."""

import itertools
import json
import threading
import urllib.request
from urllib.error import HTTPError

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.deployed_state.small_app import SmallApp
from tests.emulator.deployed_state.state_listing import listing

TIMES = 3


def _is_settled(app: SmallApp) -> bool:
    [alarm] = app.client("cloudwatch").describe_alarms(AlarmNames=[app.name])["MetricAlarms"]
    mapping = app.client("lambda").get_event_source_mapping(UUID=app.mapping)
    return bool(alarm["StateValue"] == "OK" and mapping["State"] == "Enabled")


@pytest.fixture(scope="module")
def app(emulator: Emulator) -> SmallApp:
    """The app, deployed and kept."""
    app = SmallApp(emulator)
    app.deploy()
    eventually(lambda: _is_settled(app), within=30, what="the app as deployed")
    emulator.send("PUT", "/_lab/state")
    return app


def _reset(app: SmallApp) -> None:
    app.emulator.send("POST", "/_lab/state")
    eventually(lambda: _is_settled(app), within=30, what="the app as deployed")


def _count(app: SmallApp) -> int:
    """How often the function's process was invoked, by its API."""
    with urllib.request.urlopen(f"{app.emulator.endpoint}/_aws/execute-api/{app.api}/count") as answer:
        return int(json.load(answer)["count"])


def _bodies(app: SmallApp, queue: str) -> list[str]:
    found: list[str] = []
    while (
        got := app.client("sqs")
        .receive_message(QueueUrl=app.urls[queue], MaxNumberOfMessages=10)
        .get("Messages")
    ):
        found += [message["Body"] for message in got]
    return found


class SteadySending:
    """Thread that sends one message after another to a queue, and none of them twice."""

    def __init__(self, app: SmallApp, queue: str) -> None:
        self.accepted: list[str] = []
        self.refusals: set[int] = set()
        self._url = app.urls[queue]
        self._client = boto3.client(
            "sqs",
            endpoint_url=app.emulator.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()
        self._client.close()

    def _send(self) -> None:
        for number in itertools.count():
            if self._over.is_set():
                return
            body = f"message {number:06}"
            try:
                self._client.send_message(QueueUrl=self._url, MessageBody=body)
            except ClientError as refusal:
                self.refusals.add(refusal.response["ResponseMetadata"]["HTTPStatusCode"])
            else:
                self.accepted.append(body)


def test_without_a_state_that_was_kept_nothing_is_done(emulator: Emulator) -> None:
    # The first of this file: the app of the others is what is kept.
    with pytest.raises(HTTPError) as refusal:
        emulator.send("POST", "/_lab/state")
    with refusal.value as answer:
        assert answer.code == 409


def test_nothing_of_what_was_done_is_left_however_often(app: SmallApp) -> None:
    # What other tests of this emulator did before is no part of what was deployed.
    fresh = listing(app) | {"metrics": [], "denied": []}
    for _ in range(TIMES):
        app.use()
        app.change_by_hand()
        assert listing(app) != fresh
        _reset(app)
        assert listing(app) == fresh


def test_the_app_works_afterwards_with_functions_that_begin_anew(app: SmallApp) -> None:
    assert [_count(app) for _ in range(3)] == [1, 2, 3]
    app.change_by_hand()
    _reset(app)
    assert _count(app) == 1
    app.use()
    assert {item["release"]["S"] for item in app.items()} == {"deployed"}
    assert [mail["Subject"][:5] for mail in app.mails()] == ["ALARM"]
    _reset(app)


def test_what_comes_meanwhile_is_done_whole_or_refused(app: SmallApp) -> None:
    sending = SteadySending(app, "audit")
    sending.start()
    eventually(lambda: len(sending.accepted) > 5, within=30, what="messages before the reset")
    _reset(app)
    before = len(sending.accepted)
    eventually(lambda: len(sending.accepted) > before + 5, within=30, what="messages after the reset")
    sending.end()
    assert sending.refusals <= {503}
    left = _bodies(app, "audit")
    # Of the time before all are gone, of the time after all are there, and in the order of their numbers.
    assert 5 < len(left) < len(sending.accepted) - 5
    assert sorted(left) == sorted(sending.accepted[-len(left) :])
    _reset(app)


def test_an_invocation_under_way_ends_and_leaves_nothing(app: SmallApp) -> None:
    app.client("sqs").set_queue_attributes(QueueUrl=app.urls["main"], Attributes={"VisibilityTimeout": "120"})
    lambda_ = app.client("lambda")
    lambda_.update_function_configuration(FunctionName=app.function.name, Timeout=60)
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=app.function.name)
    app.send("slow")
    eventually(lambda: len(app.items()) == 1, within=30, what="a batch that is being worked on")
    _reset(app)
    assert (app.depth("main"), app.depth("dlq"), app.items()) == (0, 0, [])
    streams = app.client("logs").describe_log_streams(logGroupName=app.log_group)["logStreams"]
    assert streams == []
