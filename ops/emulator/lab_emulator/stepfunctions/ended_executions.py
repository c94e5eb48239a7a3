"""Executions of Express workflows, once they have ended."""

from typing import Any


def start_sync_execution(original, provider, context, *args: Any, **kwargs: Any) -> Any:
    """Forget the execution with its answer: nothing can ask for it any more, as on AWS, and its history
    would stay in memory for as long as the emulator runs."""
    answer = original(provider, context, *args, **kwargs)
    provider.get_store(context).executions.pop(answer["executionArn"], None)
    return answer
