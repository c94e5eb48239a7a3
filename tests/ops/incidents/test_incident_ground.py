"""A scenario of an incident takes for its symptom what lasts, and not what a slow machine does late once."""

from typing import Any

import pytest

from ops.lab.incidents.declaration import Incident
from ops.lab.incidents.play import IncidentLook
from ops.lab.incidents.reading import IncidentReading, Symptom
from scenarios.incident_ground import BrokenApp


class ScriptedPlay:
    """Looks that come as a test says; the last one goes on."""

    def __init__(self, broken: str) -> None:
        self._looks = iter(broken)
        self._last = ""

    def look(self) -> IncidentLook:
        self._last = next(self._looks, self._last)
        symptom = Symptom("new orders succeed", "", ok=self._last == "-", vital=True)
        return IncidentLook(IncidentReading(0.0, (symptom,), 0, 0, 0, 0, 0))


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.lab.waiting.time.sleep", lambda _seconds: None)


@pytest.mark.parametrize("broken", ["x-xxx", "-xx--xxx", "xxx"])
def test_a_symptom_is_what_is_there_for_several_looks(declared: Incident, broken: str) -> None:
    play: Any = ScriptedPlay(broken)
    app = BrokenApp(declared, play, patience=1.0)

    assert app.await_symptoms().broken
    assert all(look.broken for look in app.looks())
