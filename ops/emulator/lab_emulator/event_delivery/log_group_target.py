"""Target of a rule that is a log group: one line an event, all in one stream.

LocalStack's makes a stream for each event, by a client of botocore's: with thousands of events most of the
emulator's memory was streams. AWS documents no names of these streams, and no stream for each event.
"""

import time
import uuid
from typing import Any

from localstack.services.events.target import LogsTargetSender
from localstack.services.events.utils import to_json_str
from localstack.utils.xray.trace_header import TraceHeader

from lab_emulator.iam.caller import service_caller
from lab_emulator.iam.permission_check import check_action
from lab_emulator.logs.log_writer import write


class LogGroupTargetSender(LogsTargetSender):
    """Writes each event as JSON. Raises moto's ResourceNotFoundException where the group is gone, and
    PermissionDenied where no policy of the account's log groups lets EventBridge write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stream = str(uuid.uuid4())

    def send_event(self, event: Any, trace_header: TraceHeader) -> None:
        group = self.target["Arn"].split(":")[6]
        groups = f"arn:aws:logs:{self.target_region}:{self.target_account_id}:log-group"
        stream = f"{groups}:{group}:log-stream:{self._stream}"
        service = service_caller("events", self.rule_arn)
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            check_action(
                service, action, stream, account_id=self.target_account_id, region=self.target_region
            )
        line = {"timestamp": int(time.time() * 1000), "message": to_json_str(event)}
        write(self.target_account_id, self.target_region, group, self._stream, [line])
