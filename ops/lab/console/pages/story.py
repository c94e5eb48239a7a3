"""Page of one event's story: by its idempotency key or a trace; and the keys that are not done."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ops.lab.actions.idempotency_keys import release
from ops.lab.app.event_story import EventStory, story_of_key, story_of_trace
from ops.lab.app.spans import TRACE_ID
from ops.lab.app.state_table import read_raw
from ops.lab.app.target import Target
from ops.lab.app.time_span import StorySpan, seconds, span_of_item, span_of_trace
from ops.lab.console.changes.action import act, acting, text_of
from ops.lab.console.context import context_of
from ops.lab.console.logs.story_view import attributes, happened, is_submitted
from ops.lab.console.looking.background_answer import BackgroundAnswer
from ops.lab.console.looking.kept import kept
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.view import fragment, page
from ops.lab.errors import Refused
from ops.lab.probes.state_table import IdempotencyKey, KeyCondition, all_keys

_PATH = "/story"
_LISTED = 50
_KEYS_SECONDS = 3.0
# What a key without an item is searched for, and how far back the submission may lie before the first claim.
_DEFAULT_SECONDS = 3600.0
# Keys are as long as the API takes them (functions/ingestion/identity.py), traces shorter.
_LONGEST_SUBJECT = 512


@dataclass(frozen=True)
class KeyOverview:
    """How many keys are in each condition, and the newest of those that are not done."""

    counts: Counter[KeyCondition]
    not_done: Sequence[IdempotencyKey]


def story_path(subject: str) -> str:
    """Where the story of a key or a trace is. Browsers take `.` and `..` for steps in a path."""
    if {".", ".."} & set(subject.split("/")):
        return f"{_PATH}?{urlencode({'key': subject})}"
    return f"{_PATH}/{quote(subject, safe='')}"


def _find(request: Request) -> Response:
    """The search; with `q` it leads to the story."""
    if subject := request.query_params.get("key", ""):
        return _shown(request, subject)
    if asked := request.query_params.get("q", "").strip():
        return RedirectResponse(story_path(asked), status_code=303)
    on_aws = context_of(request).target.endpoint is None
    return page(request, "story.html.j2", title="Story of an event", on_aws=on_aws)


def _keys(request: Request) -> Response:
    """The keys that are not done. The whole table is read, once for all pages."""
    overview = kept(request, _overview_of).get()
    return fragment(
        request, "story_keys.html.j2", overview=overview.value, at=overview.at, story_path=story_path
    )


def _overview_of(request: Request) -> BackgroundAnswer[KeyOverview]:
    console = context_of(request)

    def read() -> KeyOverview:
        found = list(all_keys(console.target, time.time()))
        not_done = [key for key in found if key.condition is not KeyCondition.SUCCEEDED]
        newest = sorted(not_done, key=lambda key: key.first_seen, reverse=True)
        return KeyOverview(Counter(key.condition for key in found), newest[:_LISTED])

    return BackgroundAnswer(read, _KEYS_SECONDS)


def _show(request: Request) -> Response:
    return _shown(request, request.path_params["subject"])


def _shown(request: Request, subject: str) -> Response:
    _check(subject)
    return page(
        request,
        "story_of.html.j2",
        title=f"Story of {subject}",
        subject=subject,
        part=_part_query(subject, request.query_params.get("since", "")),
        on_aws=context_of(request).target.endpoint is None,
    )


def _part(request: Request) -> Response:
    """What is known now: searched in logs and traces, between the event's own times."""
    subject, since = request.query_params.get("of", ""), request.query_params.get("since", "")
    _check(subject)
    target, now = context_of(request).target, time.time()
    is_trace = TRACE_ID.fullmatch(subject) is not None
    item = {} if is_trace else read_raw(target, subject)
    span = _span(subject, item, since, now)
    story = _story(target, subject, span, None if is_trace else item, widen=not since)
    item = story.item or item
    done = item.get("status") == KeyCondition.SUCCEEDED and story.is_complete
    return fragment(
        request,
        "story_part.html.j2",
        subject=subject,
        is_trace=is_trace,
        story=story,
        steps=happened(story),
        item=attributes(item, now),
        key_status=str(item.get("status", "")),
        condition=_condition(item, now),
        submitted=is_submitted(story),
        span=span,
        now=now,
        live=not done and target.endpoint is not None,
        on_aws=target.endpoint is None,
        part=_part_query(subject, since),
        here=story_path(subject),
        story_path=story_path,
    )


def _check(subject: str) -> None:
    if not subject or len(subject) > _LONGEST_SUBJECT:
        hint = f"1 to {_LONGEST_SUBJECT} characters: lab keys list"
        raise Refused("that is no idempotency key and no trace", hint=hint)


def _span(subject: str, item: dict[str, object], since: str, now: float) -> StorySpan:
    if since:
        return StorySpan(now - seconds(since), None)
    if TRACE_ID.fullmatch(subject):
        return span_of_trace(subject)
    return span_of_item(item) or StorySpan(now - _DEFAULT_SECONDS, None)


def _story(
    target: Target, subject: str, span: StorySpan, item: dict[str, object] | None, *, widen: bool
) -> EventStory:
    """The story, of a trace without `item`. Where it lacks its submission, it is told from an hour before on:
    the message may have waited in the queue."""
    if item is None:
        return story_of_trace(target, subject, span.since, span.until)
    story = story_of_key(target, subject, span.since, span.until, item=item)
    if not widen or story.is_empty or is_submitted(story):
        return story
    return story_of_key(target, subject, span.earlier(_DEFAULT_SECONDS).since, span.until, item=item)


def _condition(item: dict[str, object], now: float) -> str:
    """Of plain values, in words."""
    status = str(item.get("status", ""))
    if status != "INFLIGHT":
        return status
    held = float(str(item.get("leaseExpiresAt", 0))) > now
    return str(KeyCondition.LEASED if held else KeyCondition.STUCK)


def _part_query(subject: str, since: str) -> str:
    return urlencode({"of": subject} | ({"since": since} if since else {}))


def _release(request: Request, form: FormData) -> Response:
    key = text_of(form, "key")
    _check(key)

    def do() -> str:
        item = release(context_of(request).target, key)
        return f"{key} is forgotten; its item was {json.dumps(item, ensure_ascii=False)}"

    return act(request, "Release a key", do, key=key)


PAGE = ConsolePage(
    _PATH,
    "Story",
    (
        Route(_PATH, _find),
        Route(f"{_PATH}-keys", _keys),
        Route(f"{_PATH}-part", _part),
        Route(f"{_PATH}-release", acting(_release), methods=["POST"]),
        Route(f"{_PATH}/{{subject:path}}", _show),
    ),
)
