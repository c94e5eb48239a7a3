"""A page of another site, in a tab beside the console's, changes nothing and reads nothing."""

from collections.abc import Mapping

import pytest

from functions.ingestion.failure_mode import FailureMode
from ops.lab.app.failure_mode import read_mode
from ops.lab.console.pages import PAGES
from ops.lab.waiting import eventually
from scenarios.console.chromium import FOREIGN_HOST
from scenarios.console.conftest import ServedConsole
from scenarios.console.hostile_site import hostile_site
from scenarios.console.visitor import PATIENCE_SECONDS, Visitor
from scenarios.ingestion import IngestionPipeline

ROUTES = [route for page in PAGES for route in page.routes]
CHANGES = sorted({route.path for route in ROUTES if "POST" in (route.methods or ())})
READS = [page.path for page in PAGES] + ["/pipeline/picture", "/health"]
TOKEN = "localStorage.getItem('lab-token')"
# After DNS rebinding the page is of the console's own origin, in the browser's eyes.
REBOUND = """async ({changes, reads}) => {
  const answer = async (path, options) => {
    try { const got = await fetch(path, options); return got.status + " " + (await got.text()); }
    catch (error) { return "refused"; }
  };
  const answers = {};
  for (const path of reads) answers["GET " + path] = await answer(path);
  for (const path of changes)
    answers["POST " + path] = await answer(path, {method: "POST", headers: {"X-Lab-Token": "guess"}});
  return answers;
}"""


@pytest.mark.parametrize("host", [FOREIGN_HOST, "127.0.0.1"])
def test_another_site_beside_an_open_console_changes_and_reads_nothing(
    host: str, visitor: Visitor, served: ServedConsole, pipeline: IngestionPipeline
) -> None:
    """From another site, and from another port of this machine, which browsers count to the same site."""
    pipeline.break_with(FailureMode.POISON_PAYLOAD)
    before = served.journal.since(0)
    context = visitor.new_context()
    console = visitor.open(context)
    console.settle()

    with hostile_site(visitor.root, CHANGES, READS) as port:
        page = context.new_page()
        page.goto(f"http://{host}:{port}/")
        outcomes: Mapping[str, str] = eventually(
            lambda: page.evaluate("window.outcomes"),
            within=PATIENCE_SECONDS,
            what="the end of the tries",
            moves=lambda: page.evaluate("window.tried"),  # some 200, one after another
        )

    assert len(outcomes) == 4 * len(CHANGES) + 2 + 4 * len(READS) + 5
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "refused"} == {}
    assert read_mode(pipeline.target) == FailureMode.POISON_PAYLOAD
    assert served.journal.since(0) == before
    assert console.page.evaluate(TOKEN) == visitor.console.token
    context.close()


def test_a_foreign_name_of_this_machine_changes_and_reads_nothing(
    visitor: Visitor, served: ServedConsole, pipeline: IngestionPipeline
) -> None:
    """DNS rebinding: the attacker's own name resolves to 127.0.0.1 by now."""
    pipeline.break_with(FailureMode.POISON_PAYLOAD)
    before = served.journal.since(0)
    context = visitor.new_context()
    page = context.new_page()
    answer = page.goto(f"http://{FOREIGN_HOST}:{visitor.console.port}/")
    assert answer is not None
    assert answer.status == 403

    answers: Mapping[str, str] = page.evaluate(REBOUND, {"changes": CHANGES, "reads": READS})

    assert len(answers) == len(CHANGES) + len(READS)
    for name, got in answers.items():
        assert got.startswith("403 The console answers"), name
    assert read_mode(pipeline.target) == FailureMode.POISON_PAYLOAD
    assert served.journal.since(0) == before
    context.close()
