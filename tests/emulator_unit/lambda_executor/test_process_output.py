"""What a function prints, line by line, each with the time at which it was read."""

import os
from collections.abc import Iterator

import pytest

from lab_emulator.lambda_executor.process_output import OutputPipe


class Clock:
    """Time that a test sets, in epoch seconds."""

    now = 100.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("lab_emulator.lambda_executor.process_output.time.time", clock.time)
    return clock


@pytest.fixture
def pipe() -> Iterator[OutputPipe]:
    pipe = OutputPipe()
    yield pipe
    pipe.close()


def write(pipe: OutputPipe, text: bytes) -> None:
    os.write(pipe.write_fd, text)
    assert pipe.pump()


def test_each_line_has_the_time_at_which_it_was_read(pipe: OutputPipe, clock: Clock) -> None:
    write(pipe, b"one\ntwo\n")
    clock.now = 101.5
    write(pipe, b"three\n")
    assert [(line.at_ms, line.text) for line in pipe.take()] == [
        (100_000, "one"),
        (100_000, "two"),
        (101_500, "three"),
    ]
    assert pipe.take() == []


def test_a_line_that_comes_in_parts_is_one_and_as_old_as_its_first(pipe: OutputPipe, clock: Clock) -> None:
    write(pipe, "grö".encode()[:3])
    clock.now = 102.0
    write(pipe, "grö".encode()[3:] + b"sse\nunended")
    clock.now = 103.0
    assert [(line.at_ms, line.text) for line in pipe.take()] == [(100_000, "grösse"), (102_000, "unended")]


def test_a_clock_that_is_put_back_does_not_disturb_the_order(pipe: OutputPipe, clock: Clock) -> None:
    write(pipe, b"one\n")
    clock.now = 50.0
    write(pipe, b"two\n")
    assert [line.at_ms for line in pipe.take()] == [100_000, 100_000]
