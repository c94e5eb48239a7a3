"""Which files of the functions decide what the templates say."""

from pathlib import Path

from ops.lab.code_watch.infra_imports import imported_functions
from ops.lab.repository import REPOSITORY
from tests.ops.code_watch.repository_copy import HELLO, write_repository


def names(repository: Path) -> set[str]:
    return {str(path.relative_to(repository)) for path in imported_functions(repository)}


def test_what_infra_imports_and_the_packages_around_it(tmp_path: Path) -> None:
    assert names(write_repository(tmp_path)) == {
        "functions/__init__.py",
        "functions/common/__init__.py",
        "functions/common/names.py",
    }


def test_what_these_import_in_turn(tmp_path: Path) -> None:
    repository = write_repository(tmp_path)
    (repository / "functions/common/names.py").write_text("import functions.hello.handler\n")
    assert HELLO in names(repository)


def test_what_a_type_checker_alone_imports_is_left_out(tmp_path: Path) -> None:
    repository = write_repository(tmp_path)
    text = "if TYPE_CHECKING:\n    from functions.hello.handler import handler\n"
    (repository / "functions/common/names.py").write_text(text)
    assert HELLO not in names(repository)


def test_a_file_that_is_no_python_imports_nothing(tmp_path: Path) -> None:
    repository = write_repository(tmp_path)
    (repository / "functions/common/names.py").write_text("def (:")
    assert "functions/common/names.py" in names(repository)


def test_of_this_repository_the_environments_and_no_handler() -> None:
    found = names(REPOSITORY)
    assert "functions/ingestion/environment.py" in found
    assert not any(name.endswith("handler.py") for name in found)
