"""Nothing that a client can send breaks the pipeline, or gets further than the API."""

import json
from uuid import uuid4

from ops.lab.app import queue_depth
from scenarios.hostile_bodies import HOSTILE_BODIES, HostileBody
from scenarios.ingestion import IngestionPipeline

# Of one invocation (Lambda developer guide, gettingstarted-limits). The event is JSON: a body that does not
# fit once it is escaped is refused by API Gateway, in its own words, which an HTTP API cannot change.
MAX_INVOCATION_BYTES = 6 * 1024 * 1024


def _reaches_the_function(body: HostileBody) -> bool:
    return len(json.dumps(body.data.decode(errors="replace"))) < MAX_INVOCATION_BYTES


def test_every_hostile_body_gets_a_problem_document_and_harms_nothing(pipeline: IngestionPipeline) -> None:
    for body in HOSTILE_BODIES:
        answer = pipeline.post_raw(body.data)
        assert answer.status == body.status, f"{body.name}: {answer}"
        if _reaches_the_function(body):
            assert {"type", "title", "status", "detail"} <= answer.body.keys(), f"{body.name}: {answer}"
    assert queue_depth.main_queue(pipeline.target).total == 0

    key = f"after-the-hostile-{uuid4()}"
    assert pipeline.api.post_event({"orderId": "order-1", "amount": 1}, key).status == 202
    assert pipeline.await_status(key, "SUCCEEDED").attempts == 1
    assert queue_depth.dead_letter_queue(pipeline.target).total == 0
