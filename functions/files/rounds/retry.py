"""How long a file that failed waits before it is tried again."""

MAX_RETRY_SECONDS = 900


def retry_seconds(base_seconds: int, receive_count: int) -> int:
    """Doubles with each attempt. Without jitter: the stagger sets those apart that return together."""
    return min(MAX_RETRY_SECONDS, base_seconds << min(receive_count - 1, 16))
