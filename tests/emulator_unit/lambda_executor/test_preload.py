"""What a function process inherits: imported modules, and the descriptions of the services."""

from pathlib import Path

import pytest
from botocore.loaders import JSONFileLoader, Loader, create_loader

from lab_emulator.lambda_executor.child import lab_preload


@pytest.fixture(autouse=True)
def loader_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JSONFileLoader, "load_file", JSONFileLoader.load_file)
    monkeypatch.setattr(Loader, "list_available_services", Loader.list_available_services)


def test_a_kept_description_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lab_preload.keep_descriptions()
    monkeypatch.setattr(JSONFileLoader, "_load_file", refuse)

    description = create_loader().load_service_model("sqs", "service-2")

    assert description["metadata"]["serviceId"] == "SQS"


def test_any_other_is_read_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    lab_preload.keep_descriptions()
    assert create_loader().load_service_model("kms", "service-2")["metadata"]["serviceId"] == "KMS"
    monkeypatch.setattr(JSONFileLoader, "_load_file", refuse)
    with pytest.raises(ReadFromDisk):
        create_loader().load_service_model("kms", "service-2")


class ReadFromDisk(Exception):
    """Raised where a test allows no file to be read."""


def refuse(*_: object) -> None:
    raise ReadFromDisk


def test_the_services_are_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stock = create_loader().list_available_services("service-2")
    lab_preload.keep_service_names()
    monkeypatch.setattr("os.listdir", refuse)

    kept = create_loader().list_available_services("service-2")
    assert kept == stock
    kept.clear()
    assert create_loader().list_available_services(type_name="service-2") == stock


def test_a_folder_of_the_functions_own_is_looked_through(tmp_path: Path) -> None:
    lab_preload.keep_service_names()
    (tmp_path / "own" / "2026-01-01").mkdir(parents=True)
    (tmp_path / "own" / "2026-01-01" / "service-2.json").write_text("{}")
    found = create_loader(str(tmp_path)).list_available_services("service-2")
    assert {"own", "sqs"} <= set(found)


def test_the_same_sources_shadow_nothing_even_without_a_dist_info(tmp_path: Path) -> None:
    for root in ("code", "sdk"):
        package(tmp_path / root / "botocore", version="1.42")
    assert lab_preload.shadowed(str(tmp_path / "code"), str(tmp_path / "sdk")) == set()


@pytest.mark.parametrize("changed", ["__init__.py", "compat.py"])
def test_other_sources_shadow_what_is_imported(tmp_path: Path, changed: str) -> None:
    for root in ("code", "sdk"):
        package(tmp_path / root / "botocore", version="1.42")
    (tmp_path / "code" / "botocore" / changed).write_text("another = True")
    assert lab_preload.shadowed(str(tmp_path / "code"), str(tmp_path / "sdk")) == {"botocore"}


def test_a_module_of_the_standard_library_is_shadowed(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "json.py").write_text("")
    assert lab_preload.shadowed(str(tmp_path / "code"), str(tmp_path)) == {"json"}


def package(folder: Path, version: str) -> None:
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(f"__version__ = '{version}'")
