"""A console whose look is given, and what it did to the account of moto."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient

from ops.lab.app.target import Target
from ops.lab.console.context import ConsoleContext
from ops.lab.console.looking.observation import Observation
from ops.lab.console.looking.poller import Poller, PollingPace
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.app import create_app
from ops.lab.waiting import eventually
from ops.lab.web.own_origin import TOKEN_HEADER
from tests.ops.console.conftest import HOST, new_context

_HEADERS = {TOKEN_HEADER: "the-token", "Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}
_SELDOM = PollingPace(watched=3600, unwatched=3600, stacks=3600, failed=3600)


@dataclass(frozen=True)
class LiveConsole:
    """`browser` sends what its own pages send."""

    context: ConsoleContext
    browser: TestClient

    def post(self, path: str, **form: str) -> tuple[int, str]:
        """Status and text of the answer to a form."""
        answer = self.browser.post(path, data=form, headers={"HX-Request": "true"})
        return answer.status_code, answer.text

    def get(self, path: str) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    @property
    def titles(self) -> list[str]:
        """What the journal has, the oldest first."""
        return [record.title for record in self.context.journal.since(0)]


@contextmanager
def live_console(folder: Path, target: Target, look: Observation, **changes: object) -> Iterator[LiveConsole]:
    """Serve a console that sees `look`; `changes` are of its context."""
    link = TargetLink(lambda: target)
    link.notice_deployment = lambda: False  # type: ignore[method-assign]
    context = new_context(folder, link=link)
    values = {name: getattr(context, name) for name in context.__dataclass_fields__}
    poller = Poller(link, _SELDOM, lambda _: look)
    context = ConsoleContext(**(values | {"poller": poller} | changes))
    with TestClient(create_app(context), base_url=f"http://{HOST}", headers=_HEADERS) as browser:
        eventually(lambda: poller.looks, within=10, what="the first look")
        yield LiveConsole(context, browser)
