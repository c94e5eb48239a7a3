"""Code of functions on disk: written once for each content."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lab_emulator.lambda_executor.unpacked_code import unpack


@dataclass
class Archive:
    """Code as LocalStack hands it over; `unzipped` says how often it was written."""

    own: Path
    code_sha256: str = "a/b="
    hot: bool = False
    same: bool = False
    unzipped: list[Path] = field(default_factory=list)

    def is_hot_reloading(self) -> bool:
        return self.hot

    def get_unzipped_code_location(self) -> Path:
        return self.own

    def prepare_for_execution(self) -> None:
        self.unzipped.append(self.own)
        (self.own / "package").mkdir(parents=True)
        (self.own / "package" / "module.py").write_text("" if self.same else self.code_sha256)
        (self.own / "app.py").write_text(self.code_sha256)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))


def test_functions_of_one_content_have_a_folder_each_and_the_files_once(tmp_path: Path) -> None:
    first, second = (Archive(tmp_path / name / "code") for name in ("first", "second"))
    for code in (first, second, second):
        unpack(code)
    assert [*first.unzipped, *second.unzipped] == [first.own]
    for code in (first, second):
        assert code.own.resolve() == code.own
        assert sorted(path.name for path in code.own.iterdir()) == ["app.py", "package"]
    modules = [(code.own / "package" / "module.py").resolve() for code in (first, second)]
    assert modules[0] == modules[1]
    assert modules[0].read_text() == first.code_sha256


def test_it_tells_which_files_are_new(tmp_path: Path) -> None:
    first, again, other = (
        Archive(tmp_path / name / "code", code_sha256=sha, same=True)
        for name, sha in (("first", "1"), ("again", "1"), ("other", "2"))
    )
    assert [[path.name for path in folder.glob("*.py")] for folder in unpack(first)] == [
        ["module.py"],
        ["app.py"],
    ]
    assert [unpack(code) for code in (first, again)] == [[], []]
    assert [[path.name for path in folder.glob("*.py")] for folder in unpack(other)] == [["app.py"]]


def test_another_content_is_written_beside_it(tmp_path: Path) -> None:
    first, second = Archive(tmp_path / "first"), Archive(tmp_path / "second", code_sha256="other")
    unpack(first)
    unpack(second)
    assert (second.own / "package" / "module.py").read_text() == "other"


def test_a_package_that_is_the_same_in_two_contents_is_there_once(tmp_path: Path) -> None:
    first, second = Archive(tmp_path / "first"), Archive(tmp_path / "second", code_sha256="other")
    for code in (first, second):
        code.same = True
        unpack(code)
    modules = [(code.own / "package" / "module.py").resolve() for code in (first, second)]
    assert modules[0] == modules[1]
    assert (first.own / "app.py").read_text() != (second.own / "app.py").read_text()


def test_a_folder_of_the_callers_is_used_where_it_lies(tmp_path: Path) -> None:
    code = Archive(tmp_path / "mine", hot=True)
    unpack(code)
    assert not (code.own / "app.py").is_symlink()
