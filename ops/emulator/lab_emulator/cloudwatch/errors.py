"""What this package refuses, with the code that the API answers."""


class InvalidRequest(ValueError):
    """A request that CloudWatch would refuse, or that this one cannot answer: the text says which."""

    code = "ValidationError"


class InvalidParameterValue(InvalidRequest):
    """One parameter is out of its range."""

    code = "InvalidParameterValue"


class InvalidParameterCombination(InvalidRequest):
    """Parameters that exclude each other."""

    code = "InvalidParameterCombination"
