"""Letter actions: what the page of dead letters changes. Each stands in the console's journal."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from ops.lab.app.api import Api
from ops.lab.app.dlq_purge import PurgedLetters, new_record, purge
from ops.lab.app.redrive_client import RedriveClient
from ops.lab.app.target import Target
from ops.lab.console.changes.action import act, text_of
from ops.lab.console.context import context_of
from ops.lab.console.letters.canary import CanaryProgress, CanaryRedrive, CanaryStage
from ops.lab.console.letters.edited_copy import EditedCopy
from ops.lab.console.letters.found_letter import FoundLetter
from ops.lab.console.letters.letter_choice import LetterChoice, queue_named, text_fields
from ops.lab.console.letters.letter_filter import whole_number
from ops.lab.console.letters.letter_scan import LetterQueue
from ops.lab.console.letters.letters_desk import desk_of
from ops.lab.console.letters.pipeline_fates import PipelineFates
from ops.lab.console.letters.redrive_plan import RedrivePace, RedrivePlan
from ops.lab.errors import CommandError, Refused
from ops.lab.local.directory import lab_directory

_MOST_CANARIES = 100  # as many keys as one job names
_KEYS_IN_JOURNAL = 100


def look(request: Request, form: FormData) -> Response:
    """Receive what a queue holds, and give it back: how a queue of AWS is looked into."""
    queue = queue_named(text_of(form, "queue"))

    def do() -> str:
        found = desk_of(request).look(queue)
        more = "; there may be more" if found.cut else ""
        return f"{len(found.letters)} messages received and given back{more}"

    return act(request, f"Look into the {_called(queue)}", do, beside_drills=True)


def redrive(request: Request, form: FormData) -> Response:
    """Start one job for the chosen letters, or send them in turns where one job cannot name them."""
    choice, plan = _planned(request, form)
    target, desk = context_of(request).target, desk_of(request)

    def do() -> str:
        by_filter = choice.ids is None and choice.filter.is_the_apis and len(plan.letters) <= 1000
        if not (by_filter or plan.is_one_job):
            _start_turns(request, plan, 0)
            return f"{len(plan.letters)} letters go back in turns of 100 keys"
        keys = None if by_filter else plan.keys
        filters = plan.pace.filters(keys, len(plan.letters), choice.filter if by_filter else None)
        job = RedriveClient.of(target).start(filters)
        desk.changed()
        return f"job {job.job_id} is {job.status}: {len(plan.letters)} letters at most"

    return act(request, "Redrive", do, letters=len(plan.letters), keys=_few(plan), filter=choice.filter.query)


def canary(request: Request, form: FormData) -> Response:
    """Send a few of the chosen letters, watch them, and then send the rest."""
    choice, plan = _planned(request, form)
    first = whole_number(text_of(form, "first"), "the number of canaries") or 0
    if not 1 <= first <= _MOST_CANARIES:
        raise Refused(f"the number of canaries must be from 1 to {_MOST_CANARIES}, not {first}")

    def do() -> str:
        _start_turns(request, plan, first)
        return f"{min(first, len(plan.keys))} of {len(plan.letters)} letters are sent first"

    detail: dict[str, Any] = {
        "letters": len(plan.letters),
        "first": first,
        "keys": _few(plan),
        "filter": choice.filter.query,
    }
    return act(request, "Canary redrive", do, **detail)


def stop_canary(request: Request, form: FormData) -> Response:
    def do() -> str:
        desk_of(request).canary.stop()
        return "it ends after the batch that its job is at; the rest stays in the DLQ"

    return act(request, "Stop the redrive in turns", do, beside_drills=True)


def cancel_job(request: Request, form: FormData) -> Response:
    job_id = str(request.path_params["job_id"])

    def do() -> str:
        job = RedriveClient.of(context_of(request).target).cancel(job_id)
        desk_of(request).changed()
        return f"job {job.job_id} is {job.status}: it stops after its batch"

    return act(request, "Cancel a redrive job", do, beside_drills=True, job=job_id)


def remove(request: Request, form: FormData) -> Response:
    """Delete the chosen letters, each written down before."""
    choice = LetterChoice.of(form)
    if choice.confirmed is None:
        raise Refused("not confirmed: nothing was deleted", hint="look at what would go first")
    letters = choice.letters(desk_of(request).scan(choice.queue))

    def do() -> str:
        done = _removed(request, choice.queue, letters)
        missing = len(letters) - done.taken
        left = f"; {missing} could not be received, and are still there" if missing > 0 else ""
        if done.failed:
            raise CommandError(f"{done.deleted} deleted, {done.failed} not: SQS refused; {done.record}")
        return f"{done.deleted} messages deleted{left}; what they were: {done.record}"

    ids = sorted(each.message_id for each in letters)
    return act(request, f"Purge of the {_called(choice.queue)}", do, letters=len(letters), message_ids=ids)


def send_copy(request: Request, form: FormData) -> Response:
    """Send an edited copy of a letter; the letter itself stays, unless it is to be removed."""
    desk, target = desk_of(request), context_of(request).target
    original = _opened(request, queue_named(text_of(form, "queue")))
    body, key = str(form.get("text", "")), text_of(form, "copy_key")
    removing = bool(form.get("remove"))
    queue = queue_named(text_of(form, "queue"))

    def do() -> str:
        EditedCopy.of(body, key).send(target, original, Api.of(target))
        desk.changed()
        if not removing:
            return f"accepted under {key}; the original stays in the {_called(queue)}"
        done = _removed(request, queue, [original])
        gone = "the original is removed" if done.deleted else "the original could not be received: it stays"
        return f"accepted under {key}; {gone}; {done.record}"

    return act(
        request,
        "Send an edited copy",
        do,
        message_id=original.message_id,
        before={"key": original.key, "body": original.body},
        after={"key": key, "body": body},
        remove_original=removing,
    )


def _planned(request: Request, form: FormData) -> tuple[LetterChoice, RedrivePlan]:
    choice = LetterChoice.of(form)
    if choice.queue is not LetterQueue.DLQ:
        raise Refused(
            "a redrive takes letters of the DLQ, not parked ones", hint="send an edited copy of one"
        )
    letters = choice.letters(desk_of(request).scan(choice.queue))
    return choice, RedrivePlan(letters, RedrivePace.of(text_fields(form)))


def _start_turns(request: Request, plan: RedrivePlan, first: int) -> None:
    console, desk = context_of(request), desk_of(request)
    target: Target = console.target
    made = CanaryRedrive(RedriveClient.of(target), PipelineFates(target), plan.letters, first, plan.pace)

    def ended(progress: CanaryProgress) -> None:
        desk.changed()
        console.journal.add(
            "Canary redrive ended" if first else "Redrive in turns ended",
            f"{progress.stage}: {progress.why}",
            done=progress.stage is CanaryStage.DONE,
            canaries=list(progress.keys),
            succeeded=sorted(progress.succeeded),
            dead=dict(progress.dead or {}),
            moved=progress.moved,
        )

    desk.canary.start(made, ended)
    desk.changed()


def _removed(request: Request, queue: LetterQueue, letters: list[FoundLetter]) -> PurgedLetters:
    wanted = {each.message_id for each in letters}
    done = PurgedLetters(new_record(lab_directory().purged))
    try:
        for _ in purge(
            context_of(request).target,
            done,
            len(wanted),
            queue=queue.output,
            matches=lambda message: message["MessageId"] in wanted,
        ):
            pass
    finally:
        desk_of(request).changed()
    return done


def _opened(request: Request, queue: LetterQueue) -> FoundLetter:
    scan = desk_of(request).scan(queue)
    found = scan.find(str(request.path_params["message_id"])) if scan else None
    if found is None:
        raise Refused("this letter is not in its queue any more", hint="go back to the dead letters")
    return found


def _few(plan: RedrivePlan) -> list[str]:
    return plan.keys[:_KEYS_IN_JOURNAL]


def _called(queue: LetterQueue) -> str:
    return "DLQ" if queue is LetterQueue.DLQ else "parking queue"
