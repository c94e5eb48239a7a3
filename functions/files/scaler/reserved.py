"""The reserved concurrency of the processing function."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True)
class ReservedConcurrency:
    """What Lambda holds ready for the function, and the most of it that it runs at once."""

    functions: "LambdaClient"
    function_name: str

    def set(self, value: int) -> None:
        """Written only where it is another: somebody's hand is mended at the next reading, too."""
        answer = self.functions.get_function_concurrency(FunctionName=self.function_name)
        if answer.get("ReservedConcurrentExecutions") != value:
            self.functions.put_function_concurrency(
                FunctionName=self.function_name, ReservedConcurrentExecutions=value
            )
