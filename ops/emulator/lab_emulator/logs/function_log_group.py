"""Log group of a function."""

from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment


def get_log_group_name(environment: ExecutionEnvironment) -> str:
    """Return the group in the function's LoggingConfig, which LocalStack fills in but does not use."""
    return environment.function_version.config.logging_config["LogGroup"]
