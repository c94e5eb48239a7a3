"""X-Ray with a running emulator: what functions and Lambda send, as the API tells it."""
