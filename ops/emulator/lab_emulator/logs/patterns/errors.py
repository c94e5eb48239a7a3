"""What is wrong with a pattern."""


class InvalidPattern(ValueError):
    """The text is not a filter pattern; the message says where it stops being one."""
