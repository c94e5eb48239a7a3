"""From a queue's record to the mailbox, back to the queue, or to its DLQ: over moto's SQS and a socket."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.common import clients
from functions.common.environment import to_variables
from functions.integrations.environment import SmtpNotifierEnvironment
from functions.integrations.smtp_notifier import handler as smtp_handler
from functions.integrations.smtp_notifier.handler import handler
from tests.functions.conftest import Aws
from tests.functions.integrations.smtp_notifier.records import ALARM, envelope, event
from tests.functions.servers.certificate import certificate
from tests.functions.servers.smtp_server import LOGIN, SmtpServer, smtp_server

A, B = "a@example.com", "b@example.com"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@pytest.fixture
def notify(aws: Aws, server: SmtpServer, context: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    user, password = LOGIN
    secret = {"username": user, "password": password, "caCertificate": certificate()}
    clients.secretsmanager().put_secret_value(SecretId=aws.secret_arn, SecretString=json.dumps(secret))
    environment = SmtpNotifierEnvironment(
        queue_url=aws.queue_url,
        dlq_url=aws.dlq_url,
        retry_seconds=1,
        host="127.0.0.1",
        port=server.port,
        security="starttls",
        sender="lab@example.com",
        recipients=f"{A}, {B}",
        secret_name=aws.secret_arn,
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    smtp_handler.source.cache_clear()
    smtp_handler.delivery.cache_clear()
    return lambda *records: handler({"Records": list(records)}, context)["batchItemFailures"]


def messages(aws: Aws, url: str) -> list[tuple[str, dict[str, str]]]:
    return [
        (each["Body"], {name: value["StringValue"] for name, value in each["MessageAttributes"].items()})
        for each in aws.receive_all(url)
    ]


def test_everyone_gets_the_mail_once(notify: Any, server: SmtpServer, aws: Aws) -> None:
    assert notify(event(envelope(ALARM))) == []
    assert [(each.recipients, each.message["Subject"]) for each in server.mails] == [
        ([A, B], "ALARM: IngestionLab-dev-DlqDepth")
    ]
    assert messages(aws, aws.queue_url) == messages(aws, aws.dlq_url) == []


def test_a_record_that_fails_leaves_its_neighbours_alone(notify: Any, server: SmtpServer) -> None:
    server.data_answer = "451 4.3.0 later"
    second = event(envelope(ALARM)) | {"messageId": "sqs-message-2"}
    assert notify(event(envelope(ALARM)), second) == [
        {"itemIdentifier": "sqs-message-1"},
        {"itemIdentifier": "sqs-message-2"},
    ]
    server.data_answer = "250 ok"
    assert notify(second) == []


def test_who_is_refused_for_now_hears_of_it_later_and_the_others_not_again(
    notify: Any, server: SmtpServer, aws: Aws
) -> None:
    body = envelope(ALARM)
    server.refused = {B: "451 4.7.1 greylisted"}
    assert notify(event(body)) == []
    ((kept, attributes),) = messages(aws, aws.queue_url)
    assert kept == body
    assert attributes == {"recipients": B, "reason": f"{B}: 451 4.7.1 greylisted"}

    assert notify(event(kept, **attributes)) == [{"itemIdentifier": "sqs-message-1"}]
    assert messages(aws, aws.queue_url) == []  # it comes back by itself
    server.refused = {}
    assert notify(event(kept, **attributes)) == []
    assert [each.recipients for each in server.mails] == [[A], [B]]
    assert len({each.message["Message-ID"] for each in server.mails}) == 1


def test_who_is_refused_for_good_lies_in_the_dlq_with_the_servers_words(
    notify: Any, server: SmtpServer, aws: Aws
) -> None:
    server.refused = {A: "550 5.1.1 no such user", B: "450 4.2.0 busy"}
    assert notify(event(envelope(ALARM))) == []
    ((_, dead),) = messages(aws, aws.dlq_url)
    assert dead == {
        "errorType": "RecipientRefused",
        "recipients": A,
        "reason": f"{A}: 550 5.1.1 no such user",
    }
    ((_, waiting),) = messages(aws, aws.queue_url)
    assert waiting["recipients"] == B


def test_a_sender_that_is_refused_is_told_from_a_recipient(notify: Any, server: SmtpServer, aws: Aws) -> None:
    server.mail_answer = "553 5.7.1 not yours"
    assert notify(event(envelope(ALARM))) == []
    ((_, dead),) = messages(aws, aws.dlq_url)
    assert (dead["errorType"], dead["recipients"]) == ("SenderRefused", f"{A},{B}")


@pytest.mark.parametrize("trouble", ["login", "connection", "dlq"])
def test_any_other_trouble_brings_the_message_back(
    notify: Any, server: SmtpServer, aws: Aws, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trouble == "login":
        clients.secretsmanager().put_secret_value(
            SecretId=aws.secret_arn, SecretString='{"username": "notifier", "password": "old"}'
        )
    elif trouble == "connection":
        server.hangs_up_at = "DATA"
    else:
        server.refused = dict.fromkeys((A, B), "550 5.1.1 no such user")
        aws.sqs.delete_queue(QueueUrl=aws.dlq_url)
    assert notify(event(envelope(ALARM))) == [{"itemIdentifier": "sqs-message-1"}]
    assert server.mails == []


def test_a_connection_does_not_outlive_its_batch(notify: Any, server: SmtpServer) -> None:
    notify(event(envelope(ALARM)))
    notify(event(envelope(ALARM)))
    assert server.connections == 2
    assert server.commands.count("QUIT") == 2
