"""What tests share of their clients, and what they do not."""

import boto3
import pytest
from moto import mock_aws

from tests.ops.shared_clients import SharedClients

pytestmark = pytest.mark.usefixtures("no_aws_settings")


@pytest.fixture
def clients() -> SharedClients:
    return SharedClients(boto3.Session(region_name="us-east-1"))


def test_a_client_is_made_once_for_a_service_and_its_options(clients: SharedClients) -> None:
    first, second = clients.client("sqs"), clients.client("sqs")
    assert first.meta is second.meta
    assert clients.client("sqs", endpoint_url="http://127.0.0.1:9").meta is not first.meta
    assert clients.client("ssm").meta is not first.meta


def test_a_replaced_method_is_replaced_for_one_alone(clients: SharedClients) -> None:
    first, second = clients.client("sqs"), clients.client("sqs")
    first.list_queues = lambda: "replaced"
    with mock_aws():
        assert first.list_queues() == "replaced"
        assert "QueueUrls" not in second.list_queues()
        assert "QueueUrls" not in clients.client("sqs").list_queues()


def test_the_account_is_that_of_the_moto_which_is_in_force(clients: SharedClients) -> None:
    for _ in range(2):
        with mock_aws():
            assert clients.client("sqs").create_queue(QueueName="main")["QueueUrl"].endswith("/main")
            assert len(clients.client("sqs").list_queues()["QueueUrls"]) == 1
