"""Archives of functions: stored once for all that have the same object, until the last of them goes."""

from contextlib import suppress

from lab_emulator.lambda_executor.archive_holders import ArchiveHolders

OBJECT = ("assets", "code.zip", "etag")


class Store:
    """What stores an archive, and counts how often."""

    def __init__(self) -> None:
        self.stored = 0

    def __call__(self) -> str:
        self.stored += 1
        return f"archive {self.stored}"


def test_functions_of_one_object_share_its_archive() -> None:
    holders, store = ArchiveHolders[str](), Store()
    assert [holders.hold(OBJECT, name, store) for name in ("one", "two")] == ["archive 1", "archive 1"]


def test_another_object_is_stored_beside_it() -> None:
    holders, store = ArchiveHolders[str](), Store()
    holders.hold(OBJECT, "one", store)
    assert holders.hold((*OBJECT, "later"), "two", store) == "archive 2"


def test_the_last_that_lets_go_deletes_it() -> None:
    holders, store = ArchiveHolders[str](), Store()
    for name in ("one", "two"):
        holders.hold(OBJECT, name, store)
    assert [holders.let_go("one"), holders.let_go("one"), holders.let_go("two")] == [False, False, True]
    assert holders.hold(OBJECT, "three", store) == "archive 2"


def test_one_that_could_not_be_stored_is_held_by_nobody() -> None:
    holders, store = ArchiveHolders[str](), Store()

    def fail() -> str:
        raise OSError("no room")

    with suppress(OSError):
        holders.hold(OBJECT, "one", fail)
    assert not holders.let_go("one")
    assert holders.hold(OBJECT, "one", store) == "archive 1"
