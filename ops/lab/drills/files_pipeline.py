"""Files pipeline as its drills see it: bucket, queue, rounds of the state machine, function, files table."""

from collections.abc import Collection, Mapping

from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrilledPipeline, Samples
from ops.lab.drills.files_accounting import FilesAccounting, account
from ops.lab.drills.scene import Scene
from ops.lab.files import function_settings
from ops.lab.files.dead_letter_queue import FileDeadLetterQueue
from ops.lab.files.file_records import read_checkpoints
from ops.lab.files.snapshot import control
from ops.lab.probes import metrics
from ops.lab.report.chart import Chart


class Files(DrilledPipeline):
    """The pipeline of files. Its ledger has versions of objects that S3 took."""

    noun = "files"
    queue = "CsvQueueUrl"
    dlq = "CsvDlqUrl"
    topic = "CsvTopicArn"
    dlq_alarm = "CsvDlqDepth"
    retry_seconds = 1050.0
    charts = (
        Chart("Files", {"uploaded": "uploaded", "succeeded": "succeeded"}),
        Chart(
            "Messages",
            {
                "queue_waiting": "waiting",
                "queue_in_flight": "in flight",
                "queue_delayed": "delayed",
                "dlq": "DLQ",
            },
        ),
        Chart(
            "Files at once",
            {"concurrency": "that the scaler allows", "at_work": "invocations at work"},
            note="CloudWatch has a value when an invocation begins, and it is looked at every second or two: "
            "a short peak may be missing. The number at the top of the page is from the recorded begin and "
            "end of each attempt.",
        ),
        Chart("Backpressure: seconds that each file waits in addition", {"pressure": "seconds"}, low=True),
        Chart(
            "Invocations counted by CloudWatch since the drill began",
            {"invocations": "invocations", "errors": "failed", "throttles": "throttled"},
        ),
    )
    proof_source = "Counted from the files table and the queues for every object that S3 took."

    def whereabouts(self, target: Target) -> dict[str, str]:
        allowed = function_settings.scaler(target)
        return {
            "bucket": target.output("CsvBucketName"),
            "files at once": f"{allowed.min_concurrency} to {allowed.max_concurrency}",
        }

    def depths(self, scene: Scene) -> Samples:
        """With what the rounds go by."""
        now = control(scene.target)
        return super().depths(scene) | {"concurrency": now.concurrency, "pressure": now.pressure}

    def counts(self, scene: Scene) -> Samples:
        """The files by what became of them, how many invocations are at work, and what was counted."""
        target, since = scene.target, scene.started_at
        function, files = FunctionName.CSV, scene.ledger.keys
        names = {"invocations": "Invocations", "errors": "Errors", "throttles": "Throttles"}
        counters = [metrics.of_function(target, function, name) for name in names.values()]
        counted = metrics.values(target, counters, since)
        at_work = metrics.of_function(target, function, "ConcurrentExecutions", "Maximum")
        sums = {name: float(sum(values)) for name, values in zip(names, counted, strict=True)}
        return {
            "uploaded": len(files),
            "succeeded": len(self.succeeded(target, files)),
            "at_work": metrics.latest(target, at_work, since),
            **sums,
        }

    def succeeded(self, target: Target, keys: Collection[str]) -> set[str]:
        known = read_checkpoints(target, list(keys))
        return {key for key, file in known.items() if file.status is FileStatus.SUCCEEDED}

    def account(self, scene: Scene) -> FilesAccounting:
        return account(scene, self.queue, self.dlq)

    def headline(self, proof: Mapping[str, int], accepted: int) -> list[tuple[int, str]]:
        if not proof:
            return [(accepted, "files uploaded")]
        counted = FilesAccounting(**proof)
        repeated = f", {counted.rows_repeated} perhaps twice" if counted.rows_repeated else ""
        numbers = [
            (counted.uploaded, "files uploaded"),
            (counted.succeeded, "succeeded"),
            (counted.rows - counted.rows_missing, f"rows delivered{repeated}"),
            (counted.peak_concurrency, f"at work at once, of {counted.max_concurrency} allowed"),
            (counted.in_queue + counted.in_dlq, "left in queue and DLQ"),
        ]
        return numbers + ([(counted.set_aside, "set aside")] if counted.set_aside else [])

    def delete_dead_letters(self, scene: Scene) -> int:
        files = set(scene.ledger.keys)
        return len(FileDeadLetterQueue.of(scene.target).delete(lambda letter: letter.identity in files))


FILES = Files()
