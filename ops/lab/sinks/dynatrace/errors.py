"""What can be wrong with a metric line."""


class InvalidLine(Exception):
    """The line breaks the protocol; the message says how, in the words of the answer."""
