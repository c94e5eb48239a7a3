"""Resources `/_lab/iam`: the mode, and what was seen.

GET    /_lab/iam          the report
PUT    /_lab/iam          {"mode": "enforce"}; 400 for no mode
DELETE /_lab/iam          forgets the calls
GET    /_lab/iam/mode     {"mode": "warn"}, which costs nothing
GET    /_lab/iam/calls    every kind of call
GET    /_lab/iam/grants   every grant of a function, and what AWS would say of its calls without it
GET    /_lab/iam/policy   ?function=NAME: its least policy; 404 for no such function
"""

import json
from typing import Any

from localstack.http import Request, Response

from lab_emulator.iam import mode

PATH = "/_lab/iam"


class IamResource:
    """The mode and the report."""

    def on_get(self, _request: Request) -> Response:
        from lab_emulator.iam.iam_report import report
        from lab_emulator.iam.permission_check import RECORD

        return Response.for_json(report(RECORD))

    def on_put(self, request: Request) -> Response:
        try:
            mode.change(mode.parse(str(json.loads(request.get_data())["mode"])))
        except (ValueError, TypeError, KeyError) as error:
            return Response.for_json({"error": str(error)}, status=400)
        return _mode()

    def on_delete(self, _request: Request) -> Response:
        from lab_emulator.iam.permission_check import RECORD

        RECORD.clear()
        return _mode()


class IamModeResource:
    """The mode alone."""

    def on_get(self, _request: Request) -> Response:
        return _mode()


class IamCallsResource:
    """The record, as it is kept."""

    def on_get(self, _request: Request) -> Response:
        from lab_emulator.iam.permission_check import RECORD

        return Response.for_json([call.as_json() for call in RECORD])


class IamGrantsResource:
    """The grants, each tried against the calls that used it."""

    def on_get(self, _request: Request) -> Response:
        from lab_emulator.iam.grant_trial import trials
        from lab_emulator.iam.permission_check import RECORD

        return Response.for_json(trials(list(RECORD)))


class IamPolicyResource:
    """The least policy of one function or state machine."""

    def on_get(self, request: Request) -> Response:
        from lab_emulator.iam.iam_report import NoSuchFunction, policy_of
        from lab_emulator.iam.permission_check import RECORD

        try:
            return Response.for_json(policy_of(RECORD, request.args.get("function", "")))
        except NoSuchFunction as error:
            return Response.for_json({"error": str(error)}, status=404)


def resources() -> dict[str, Any]:
    """Every resource by its path."""
    return {
        PATH: IamResource(),
        f"{PATH}/mode": IamModeResource(),
        f"{PATH}/calls": IamCallsResource(),
        f"{PATH}/grants": IamGrantsResource(),
        f"{PATH}/policy": IamPolicyResource(),
    }


def _mode() -> Response:
    return Response.for_json({"mode": str(mode.current())})
