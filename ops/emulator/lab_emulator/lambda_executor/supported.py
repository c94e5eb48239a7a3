"""Which functions can run as a process of this machine's Python."""

from localstack.aws.api.lambda_ import PackageType
from localstack.services.lambda_.invocation.lambda_models import VersionFunctionConfiguration
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException


def refuse_unsupported(config: VersionFunctionConfiguration) -> None:
    """Raise LambdaRuntimeException, which becomes the function's StateReason, for all but zipped Python."""
    if config.package_type == PackageType.Image:
        raise LambdaRuntimeException(
            "container images are not supported: functions run here as local Python processes. "
            "Package the function as a zip archive."
        )
    if not (config.runtime or "").startswith("python"):
        raise LambdaRuntimeException(
            f"the runtime {config.runtime} is not supported: functions run here as local Python processes. "
            "Use a python runtime, such as python3.13."
        )
    if config.layers:
        raise LambdaRuntimeException(
            "layers are not supported: functions run here as local Python processes. "
            "Put the layers' packages into the function's own archive."
        )
