"""How long an asynchronous invocation that failed waits until it is tried again."""

from typing import Any

from localstack import config

from lab_emulator import speed


class CompressedConfig:
    """Stands in for LocalStack's `config` in its event manager: a minute, then two, at LAB_SPEED.

    "Lambda waits one minute before the first retry and two before the second" (developer guide,
    invocation-async-error-handling). SQS delays by whole seconds: one is the least.
    """

    @property
    def LAMBDA_RETRY_BASE_DELAY_SECONDS(self) -> int:
        return max(1, round(config.LAMBDA_RETRY_BASE_DELAY_SECONDS / speed.current()))

    def __getattr__(self, name: str) -> Any:
        return getattr(config, name)
