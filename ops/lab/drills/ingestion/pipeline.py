"""HTTP API, queue, worker, table, bus."""

from collections.abc import Mapping

from ops.lab.actions import queues as queue_actions
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.ingestion.accounting import KeyAccounting, account
from ops.lab.drills.pipeline import Chart, Pipeline, Values
from ops.lab.drills.scene import Scene
from ops.lab.probes import metrics


class Ingestion(Pipeline):
    """The pipeline of orders. Its ledger has idempotency keys that the API answered with 202."""

    queue = "QueueUrl"
    dlq = "DlqUrl"
    topic = "TopicArn"
    dlq_alarm = "DlqDepth"
    retry_seconds = 40.0
    charts = (
        Chart(
            "Messages",
            {
                "queue_waiting": "waiting",
                "queue_in_flight": "in flight",
                "queue_delayed": "delayed",
                "dlq": "DLQ",
            },
        ),
        Chart("Age of the oldest message in the queue, seconds", {"age_seconds": "seconds"}, low=True),
        Chart(
            "Counted since the drill began",
            {
                "processed": "records processed",
                "failed": "records failed",
                "errors": "invocations failed",
                "throttles": "invocations throttled",
            },
        ),
    )
    proof_source = "Counted from the table, the bus and the queues for every key that the API accepted."

    def whereabouts(self, target: Target) -> dict[str, str]:
        return {
            "topology": "orchestrated" if target.has_output("StateMachineArn") else "direct",
            "API": target.output("ApiUrl"),
        }

    def counts(self, target: Target, since: float) -> Values:
        """The age of the oldest message now, and what was counted since then."""
        worker = FunctionName.WORKER
        counters = {
            "processed": metrics.of_lab(target, "Processed"),
            "errors": metrics.of_function(target, worker, "Errors"),
            "throttles": metrics.of_function(target, worker, "Throttles"),
        }
        failures = metrics.all_of_lab(target, "Errors")
        counted = metrics.values(target, [*counters.values(), *failures], since)
        sums = [sum(values) for values in counted]
        return {
            "age_seconds": metrics.latest(
                target, metrics.oldest_message_age(target, target.output(self.queue))
            ),
            **dict(zip(counters, sums, strict=False)),
            "failed": sum(sums[len(counters) :]),
        }

    def account(self, scene: Scene) -> KeyAccounting:
        return account(scene)

    def headline(self, proof: Mapping[str, int], accepted: int) -> list[tuple[int, str]]:
        if not proof:
            return [(accepted, "accepted")]
        counted = KeyAccounting(**proof)
        twice = f", {counted.announced_twice} of them twice" if counted.announced_twice else ""
        numbers = [
            (counted.accepted, "accepted"),
            (counted.succeeded, "succeeded"),
            (counted.announced, f"announced once{twice}"),
            (counted.in_queue + counted.in_dlq, "left in queue and DLQ"),
        ]
        return numbers + ([(counted.parked, "parked")] if counted.parked else [])

    def delete_dead_letters(self, scene: Scene) -> int:
        return queue_actions.delete_dead_letters(scene.target, scene.ledger.keys)


INGESTION = Ingestion()
