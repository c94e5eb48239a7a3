"""Which invocations are traced: the tracing header, the function's mode, and the rate."""

from typing import Any

import pytest

from lab_emulator.lambda_executor.invocation_trace import InvocationTrace
from lab_emulator.xray.sampling import RATES, RequestSampler
from lab_emulator.xray.trace_header import TraceContext, is_segment_id, is_trace_id, new_trace_id
from lab_emulator.xray.tracing import InvalidTracing, Tracing, settings
from tests.emulator_unit.xray.segments import INGEST, WORKER

ROOT = "1-5759e988-bd862e3fe1be46a994272793"


@pytest.mark.parametrize(
    ("header", "context"),
    [
        (f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1", (ROOT, "53995c3f42cd8ad8", True, None)),
        (f"Self=1-a;Root={ROOT};Sampled=0;Lineage=a:1|b:2", (ROOT, None, False, "a:1|b:2")),
        (f"Root={ROOT};Sampled=?", (ROOT, None, None, None)),
        ("Root=1-2;Parent=xyz", (None, None, None, None)),
        (";;=;Root", (None, None, None, None)),
        ("", (None, None, None, None)),
        (None, (None, None, None, None)),
    ],
)
def test_a_tracing_header_says_what_x_ray_takes_of_it(header: str | None, context: tuple[Any, ...]) -> None:
    assert TraceContext.of(header) == TraceContext(*context)


def test_a_header_is_written_as_it_is_read() -> None:
    header = f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1"
    assert str(TraceContext.of(header)) == header


def test_new_ids_are_x_rays() -> None:
    assert is_trace_id(new_trace_id())
    assert new_trace_id() != new_trace_id()


@pytest.mark.parametrize(
    ("decided", "is_active", "sampled"),
    [
        ("", True, True),
        ("", False, False),
        (";Sampled=1", False, True),
        (";Sampled=1", True, True),
        (";Sampled=0", True, False),
    ],
)
def test_the_caller_decides_and_else_the_functions_mode(decided: str, is_active: bool, sampled: bool) -> None:
    trace = InvocationTrace.begin(INGEST, f"Root={ROOT};Parent=53995c3f42cd8ad8{decided}", is_active)
    assert trace.sampled is sampled
    assert trace.given.parent == "53995c3f42cd8ad8"
    told = TraceContext.of(trace.header)
    assert (told.root, told.sampled, told.parent) == (ROOT, sampled, trace.invocation_id)
    assert is_segment_id(trace.invocation_id)
    assert (ROOT in trace.report_line) is sampled


def test_an_invocation_without_a_trace_begins_one() -> None:
    told = TraceContext.of(InvocationTrace.begin(INGEST, "", is_active=True).header)
    assert told.root
    assert is_trace_id(told.root)
    assert told.sampled


def test_awss_rate_is_the_first_of_each_second_and_a_share_of_the_others() -> None:
    now, chances = [10.0], iter([0.9, 0.04, 0.05, 0.5])
    sampler = RequestSampler(RATES["aws"], clock=lambda: now[0], chance=lambda: next(chances))
    assert [sampler.samples(INGEST) for _ in range(4)] == [True, False, True, False]
    assert sampler.samples(WORKER)  # each function by itself
    now[0] += 1
    assert [sampler.samples(INGEST) for _ in range(2)] == [True, False]


def test_all_and_none_are_what_they_say() -> None:
    assert all(RequestSampler(RATES["all"]).samples(INGEST) for _ in range(100))
    assert not any(RequestSampler(RATES["none"]).samples(INGEST) for _ in range(100))


def test_the_settings_are_the_environments() -> None:
    assert settings({}) == ("all", 0)
    assert settings({"LAB_XRAY_SAMPLING": "aws", "LAB_XRAY_PORT": "2000"}) == ("aws", 2000)


@pytest.mark.parametrize(
    ("name", "value"), [("LAB_XRAY_SAMPLING", "some"), ("LAB_XRAY_PORT", "x"), ("LAB_XRAY_PORT", "65536")]
)
def test_a_setting_that_is_none_is_refused_with_words(name: str, value: str) -> None:
    with pytest.raises(InvalidTracing, match=f"{name}={value}"):
        settings({name: value})


def test_a_port_that_is_taken_is_refused_with_words() -> None:
    first = Tracing()
    try:
        with pytest.raises(InvalidTracing, match=f"LAB_XRAY_PORT={first.daemon.port} cannot be used"):
            Tracing(port=first.daemon.port)
        assert first.variables["AWS_XRAY_DAEMON_ADDRESS"] == f"127.0.0.1:{first.daemon.port}"
    finally:
        first.daemon.close()
