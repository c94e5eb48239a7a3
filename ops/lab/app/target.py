"""Target of a command: the account that it works on, the running lab's or a real one."""

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.session import Session as BotocoreSession

from ops.lab.app.sdk_session import ClientSession, FolderLoader, SdkSession
from ops.lab.app.stacks import Stacks, find_stacks
from ops.lab.errors import Refused

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_sts.type_defs import GetCallerIdentityResponseTypeDef
    from mypy_boto3_xray import XRayClient

LOCAL_ACCOUNT = "000000000000"
LOCAL_REGION = "us-east-1"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# What the SDK would read from the environment and from ~/.aws, with its defaults alone: a profile that does
# not exist, or FIPS endpoints, would fail every call to the lab.
_NOTHING_OF_THE_CALLER = {
    name: (None, None, default, conversion)
    for name, (_, _, default, conversion) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
} | dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
_CONFIG = Config(max_pool_connections=32, retries={"mode": "standard", "max_attempts": 3})
# To check twenty metrics of a GetMetricData costs a quarter of the call, and CloudWatch checks them itself.
_UNCHECKED = _CONFIG.merge(Config(parameter_validation=False))


class Target:
    """AWS clients for one account and region, and the app's resources there by stack output.

    `endpoint` is None for a real account. Make one by `Target.running` or `Target.aws`.
    """

    def __init__(self, session: ClientSession, *, endpoint: str | None, env_name: str) -> None:
        self._session: boto3.Session = cast(Any, session)  # for the types of its clients
        self._options: dict[str, Any] = {"endpoint_url": endpoint, "config": _CONFIG}
        self.endpoint = endpoint
        self.env_name = env_name

    @classmethod
    def running(cls, endpoint: str, env_name: str = "dev") -> "Target":
        """The LocalStack at `endpoint`. Raises Refused where that is not on this machine."""
        if urlsplit(endpoint).hostname not in _LOOPBACK:
            raise Refused(f"{endpoint} is not on this machine", hint="a real account is --target aws")
        session = BotocoreSession(session_vars=_NOTHING_OF_THE_CALLER)
        session.register_component("data_loader", FolderLoader())
        session.set_config_variable("region", LOCAL_REGION)
        session.set_credentials("test", "test")
        return cls(SdkSession(session), endpoint=endpoint, env_name=env_name)

    @classmethod
    def aws(cls, env_name: str = "dev", environ: Mapping[str, str] = os.environ) -> "Target":
        """The caller's real account, by the standard credential chain.

        Raises Refused where an endpoint override would take the calls elsewhere, or no region is set.
        """
        if overrides := sorted(name for name in environ if name.startswith("AWS_ENDPOINT_URL")):
            raise Refused(
                f"{', '.join(overrides)} would take calls away from AWS", hint=f"unset {' '.join(overrides)}"
            )
        session = SdkSession(BotocoreSession())
        if session.region_name is None:
            raise Refused("no AWS region is set", hint="export AWS_REGION=eu-central-1, say")
        return cls(session, endpoint=None, env_name=env_name)

    @property
    def region(self) -> str:
        return str(self._session.region_name)

    def identity(self) -> "GetCallerIdentityResponseTypeDef":
        """Who STS says is calling, after checking that it fits this kind of target; Refused if not."""
        identity = self._session.client("sts", **self._options).get_caller_identity()
        local = identity["Account"] == LOCAL_ACCOUNT
        if self.endpoint is not None and not local:
            raise Refused(f"{self.endpoint} answers for account {identity['Account']}, not for LocalStack's")
        if self.endpoint is None and local:
            raise Refused("these credentials reach an emulator, not AWS", hint="check AWS_PROFILE and ~/.aws")
        return identity

    def stacks(self) -> Stacks:
        """The app's stacks as they are now."""
        return find_stacks(self.cloudformation, self.env_name)

    def output(self, key: str) -> str:
        """A stack output, looked up once. Raises NotUp where it is missing."""
        return self._known_stacks.output(key)

    def has_output(self, key: str) -> bool:
        return bool(self._known_stacks.outputs.get(key))

    @property
    def outputs(self) -> Mapping[str, str]:
        """Every stack output by its key, looked up once."""
        return self._known_stacks.outputs

    def forget_outputs(self) -> None:
        """Look the outputs up anew the next time: the app may have been deployed since."""
        self.__dict__.pop("_known_stacks", None)

    @cached_property
    def _known_stacks(self) -> Stacks:
        return self.stacks()

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", **self._options)

    @cached_property
    def cloudwatch(self) -> "CloudWatchClient":
        return self._session.client("cloudwatch", **self._options | {"config": _UNCHECKED})

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", **self._options)

    @cached_property
    def events(self) -> "EventBridgeClient":
        return self._session.client("events", **self._options)

    @cached_property
    def functions(self) -> "LambdaClient":
        return self._session.client("lambda", **self._options)

    @cached_property
    def iam(self) -> "IAMClient":
        return self._session.client("iam", **self._options)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        return self._session.client("logs", **self._options)

    @cached_property
    def s3(self) -> "S3Client":
        return self._session.client("s3", **self._options)

    @cached_property
    def secretsmanager(self) -> "SecretsManagerClient":
        return self._session.client("secretsmanager", **self._options)

    @cached_property
    def sns(self) -> "SNSClient":
        return self._session.client("sns", **self._options)

    @cached_property
    def sqs(self) -> "SQSClient":
        return self._session.client("sqs", **self._options)

    @cached_property
    def ssm(self) -> "SSMClient":
        return self._session.client("ssm", **self._options)

    @cached_property
    def stepfunctions(self) -> "SFNClient":
        return self._session.client("stepfunctions", **self._options)

    @cached_property
    def xray(self) -> "XRayClient":
        return self._session.client("xray", **self._options)

    def client(self, service: str) -> Any:
        """A client of any service, by botocore's name for it."""
        return self._session.client(cast(Any, service), **self._options)

    def secret(self, arn: str) -> str:
        """The text of a Secrets Manager secret."""
        return self.secretsmanager.get_secret_value(SecretId=arn)["SecretString"]
