"""What `make test` makes of tests that fail beside others."""

from pathlib import Path

import pytest

from ops.checks import QualityCheck

_FAILS_ONCE = """
from pathlib import Path

def test_steady() -> None:
    pass

def test_unsteady() -> None:
    ran = Path(__file__).with_suffix(".ran")
    before = ran.exists()
    ran.touch()
    assert before
"""
_FAILS_ALWAYS = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_broken(number: int) -> None:
    raise AssertionError(number)
"""


def _check(folder: Path, tests: str, cache: bool = True) -> QualityCheck:
    file = folder / "test_toy.py"
    file.write_text(tests)
    command = f"pytest -n 1 -q --rootdir {folder} -p no:cov {file}"
    return QualityCheck("toy", command, cache=folder / "cache" if cache else None)


def test_a_test_that_fails_beside_others_and_holds_alone_is_named(tmp_path: Path) -> None:
    result = _check(tmp_path, _FAILS_ONCE).run()

    assert result.passed
    assert [test.rpartition("::")[2] for test in result.unsteady] == ["test_unsteady"]


def test_a_test_that_fails_again_alone_fails_the_check(tmp_path: Path) -> None:
    result = _check(tmp_path, _FAILS_ALWAYS.format(count=1)).run()

    assert not result.passed
    assert len(result.unsteady) == 1


def test_many_failures_are_no_accident_and_are_not_run_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    result = _check(tmp_path, _FAILS_ALWAYS.format(count=4)).run()

    assert not result.passed
    assert result.unsteady == ()
    assert capfd.readouterr().out.count("=== toy") == 1


def test_what_is_not_told_to_has_one_try(tmp_path: Path) -> None:
    assert not _check(tmp_path, _FAILS_ONCE, cache=False).run().passed
