"""`/_lab/speed`: read how fast the periods of alarms pass, or change it while the emulator runs."""

import json

from localstack.http import Request, Response

from lab_emulator.cloudwatch import speed


class SpeedResource:
    """GET answers `{"speed": 20.0}`; PUT takes the same, and answers 400 for what is no speed."""

    def on_get(self, _request: Request) -> Response:
        return Response.for_json({"speed": speed.current()})

    def on_put(self, request: Request) -> Response:
        try:
            speed.change(speed.parse(str(json.loads(request.get_data())["speed"])))
        except (ValueError, TypeError, KeyError) as error:
            return Response.for_json({"error": str(error)}, status=400)
        return self.on_get(request)
