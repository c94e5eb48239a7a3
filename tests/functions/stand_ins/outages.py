"""The failures after which whatever was sent must still be there to send again."""

from ops.lab.sinks.failure import FailureKind

OUTAGES = (FailureKind.SERVER_ERROR, FailureKind.HANG, FailureKind.REFUSED, FailureKind.WRONG)
