"""Names by which Step Functions calls the failures that are not a function's own errors.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
Standard library only, like `environment`: the workflow in `infra` catches by these names.
"""

TIMEOUT = "States.Timeout"
TIMEOUTS = (TIMEOUT, "Sandbox.Timedout")
# After these it is not known whether the function's work is done, or even goes on.
UNKNOWN_OUTCOME = (
    *TIMEOUTS,
    "Lambda.Unknown",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Runtime.ExitError",
)
# Lambda refused to begin: the one failure after which a repetition repeats nothing.
NOT_INVOKED = "Lambda.TooManyRequestsException"
# A step's answer does not fit into a state: numbers such as 1e20 grow in canonical JSON.
TOO_LARGE = "States.DataLimitExceeded"
