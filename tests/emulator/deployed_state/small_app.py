"""Small app with a resource of each kind that the lab's own has, and what a person does to it by hand."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from ops.lab.waiting import eventually
from tests.emulator import lambda_functions
from tests.emulator.conftest import Emulator

ACCOUNT, REGION = "000000000000", "us-east-1"
ASSUMED_BY_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
WORKER = """
import os, time, boto3
TABLE, SQS = boto3.client("dynamodb"), boto3.client("sqs")
count = 0
def handler(event, context):
    global count
    count += 1
    for record in event.get("Records", []):
        print("working on", record["body"])
        if record["body"].startswith("bad"):  # back at once, and so to the dead-letter queue
            SQS.change_message_visibility(
                QueueUrl=os.environ["QUEUE"], ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
            )
            raise ValueError("poison")
        item = {"key": {"S": record["body"]}, "release": {"S": os.environ["RELEASE"]}}
        TABLE.put_item(TableName=os.environ["TABLE"], Item=item)
        if record["body"].startswith("slow"):
            time.sleep(15)
    return {"count": count, "release": os.environ["RELEASE"]}
"""
NEWER_WORKER = "def handler(event, context):\n    return {'release': 'by hand'}\n"


@dataclass
class SmallApp:
    """The app on an emulator, found by its names."""

    emulator: Emulator
    name: str = field(default_factory=lambda: f"reset-{uuid.uuid4().hex[:6]}")
    urls: dict[str, str] = field(default_factory=dict)
    function: Any = None
    mapping: str = ""
    api: str = ""

    def client(self, service: str) -> Any:
        return self.emulator.client(service)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"

    @property
    def log_group(self) -> str:
        return f"/aws/lambda/{self.function.name}"

    @property
    def machine(self) -> str:
        return self.arn("states", f"stateMachine:{self.name}")

    def deploy(self) -> None:
        self._make_queues()
        self._make_function()
        self._make_watch()
        self._make_rest()

    def _make_queues(self) -> None:
        sqs = self.client("sqs")
        redrive = {"deadLetterTargetArn": self.arn("sqs", f"{self.name}-dlq"), "maxReceiveCount": 1}
        attributes = {
            "dlq": {},
            "main": {"VisibilityTimeout": "60", "RedrivePolicy": json.dumps(redrive)},
            "late": {"DelaySeconds": "900"},
            "audit": {},
        }
        for queue, given in attributes.items():
            answer = sqs.create_queue(QueueName=f"{self.name}-{queue}", Attributes=given)
            self.urls[queue] = answer["QueueUrl"]

    def _make_function(self) -> None:
        self.client("dynamodb").create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        iam = self.client("iam")
        role = iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=json.dumps(ASSUMED_BY_LAMBDA))
        self.allow("*")
        self.function = lambda_functions.deploy(
            self.emulator.endpoint,
            WORKER,
            Role=role["Role"]["Arn"],
            Timeout=30,
            Environment={
                "Variables": {"TABLE": self.name, "QUEUE": self.urls["main"], "RELEASE": "deployed"}
            },
        )
        mapping = self.client("lambda").create_event_source_mapping(
            FunctionName=self.function.name, EventSourceArn=self.arn("sqs", f"{self.name}-main"), BatchSize=1
        )
        self.mapping = mapping["UUID"]

    def allow(self, action: str) -> None:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.client("iam").put_role_policy(RoleName=self.name, PolicyName="all", PolicyDocument=document)

    def _make_watch(self) -> None:
        self.client("logs").create_log_group(logGroupName=self.log_group)
        self.put_metric_filter("poison")
        topic = self.client("sns").create_topic(Name=self.name)["TopicArn"]
        self.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint=f"{self.name}@example.com")
        self.put_alarm(threshold=1)

    def put_metric_filter(self, pattern: str) -> None:
        value = {"metricName": "Poison", "metricNamespace": self.name, "metricValue": "1"}
        self.client("logs").put_metric_filter(
            logGroupName=self.log_group,
            filterName="poison",
            filterPattern=pattern,
            metricTransformations=[value],
        )

    def put_alarm(self, threshold: int) -> None:
        self.client("cloudwatch").put_metric_alarm(
            AlarmName=self.name,
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "QueueName", "Value": f"{self.name}-dlq"}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=threshold,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[self.arn("sns", self.name)],
        )

    def _make_rest(self) -> None:
        events = self.client("events")
        events.put_rule(Name=self.name, EventPattern=json.dumps({"source": [self.name]}))
        events.put_targets(
            Rule=self.name, Targets=[{"Id": "audit", "Arn": self.arn("sqs", f"{self.name}-audit")}]
        )
        self.client("s3").create_bucket(Bucket=self.name)
        self.client("s3").put_object(Bucket=self.name, Key="deployed", Body=b"deployed" * 100_000)
        self.client("ssm").put_parameter(Name=f"/{self.name}/mode", Value="none", Type="String")
        self.client("stepfunctions").create_state_machine(
            name=self.name,
            definition=json.dumps({"StartAt": "Wait", "States": {"Wait": waiting_state()}}),
            roleArn=self.arn("iam", "role/machine").replace(REGION, ""),
        )
        self._make_api()

    def _make_api(self) -> None:
        http = self.client("apigatewayv2")
        self.api = http.create_api(Name=self.name, ProtocolType="HTTP")["ApiId"]
        function = self.arn("lambda", f"function:{self.function.name}")
        integration = http.create_integration(
            ApiId=self.api,
            IntegrationType="AWS_PROXY",
            IntegrationUri=function,
            PayloadFormatVersion="2.0",
        )
        target = f"integrations/{integration['IntegrationId']}"
        http.create_route(ApiId=self.api, RouteKey="GET /count", Target=target)
        http.create_stage(ApiId=self.api, StageName="$default", AutoDeploy=True)
        http.create_deployment(ApiId=self.api, Description="deployed")
        self.client("lambda").add_permission(
            FunctionName=self.function.name,
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )

    def send(self, *bodies: str, queue: str = "main") -> None:
        for body in bodies:
            self.client("sqs").send_message(QueueUrl=self.urls[queue], MessageBody=body)

    def depth(self, queue: str) -> int:
        """Messages of the queue, in flight and delayed ones too."""
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=self.urls[queue], AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def items(self) -> list[Any]:
        return list(self.client("dynamodb").scan(TableName=self.name)["Items"])

    def use(self) -> None:
        """Events, dead letters, outcomes, an execution that goes on, and an alarm with its mail."""
        self.send("good-1", "good-2", "bad-1", "bad-2")
        self.send("later", queue="late")
        eventually(lambda: (len(self.items()), self.depth("dlq")) == (2, 2), within=60, what="the work done")
        self.client("sqs").receive_message(QueueUrl=self.urls["dlq"], VisibilityTimeout=600)
        entry = {"Source": self.name, "DetailType": "outcome", "Detail": "{}"}
        self.client("events").put_events(Entries=[entry])
        eventually(lambda: self.depth("audit"), within=30, what="the outcome event")
        self.client("stepfunctions").start_execution(stateMachineArn=self.machine, name="endless")
        self.client("cloudwatch").set_alarm_state(
            AlarmName=self.name, StateValue="ALARM", StateReason="by hand"
        )
        eventually(lambda: self.mails(), within=30, what="the alarm's mail")
        self.client("s3").put_object(Bucket=self.name, Key="uploaded", Body=b"file")

    def change_by_hand(self) -> None:
        """Everything that a person may set otherwise than the deployment has it."""
        lambda_ = self.client("lambda")
        lambda_.update_event_source_mapping(UUID=self.mapping, Enabled=False, BatchSize=7)
        lambda_.put_function_concurrency(FunctionName=self.function.name, ReservedConcurrentExecutions=0)
        self.function.update(NEWER_WORKER)
        lambda_.update_function_configuration(
            FunctionName=self.function.name, Timeout=1, Environment={"Variables": {"RELEASE": "by hand"}}
        )
        sqs = self.client("sqs")
        attributes = {"VisibilityTimeout": "1", "RedrivePolicy": "", "MessageRetentionPeriod": "60"}
        sqs.set_queue_attributes(QueueUrl=self.urls["main"], Attributes=attributes)
        sqs.create_queue(QueueName=f"{self.name}-by-hand")
        self.allow("sqs:ListQueues")
        self.put_metric_filter("nothing matches this")
        self.put_alarm(threshold=1_000)
        self.client("events").disable_rule(Name=self.name)
        self.client("events").remove_targets(Rule=self.name, Ids=["audit"])
        self.client("ssm").put_parameter(
            Name=f"/{self.name}/mode", Value="poison", Type="String", Overwrite=True
        )
        self.client("s3").put_object(Bucket=self.name, Key="deployed", Body=b"overwritten")
        self.client("apigatewayv2").update_api(ApiId=self.api, Name="renamed")
        self.client("apigatewayv2").create_deployment(ApiId=self.api, Description="by hand")
        self.client("logs").put_retention_policy(logGroupName=self.log_group, retentionInDays=1)

    def mails(self) -> list[Any]:
        address = f"{self.name}@example.com"
        if self.emulator.read("/_localstack/health")["services"]["ses"] != "running":
            return []  # LocalStack loads SES with the first mail
        found = self.emulator.read("/_aws/ses")["messages"]
        return [mail for mail in found if address in mail["Destination"]["ToAddresses"]]


def waiting_state() -> dict[str, Any]:
    return {"Type": "Wait", "Seconds": 3600, "End": True}
