"""Control table: items there and back."""

from tests.functions.files.rounds.pipeline import Pipeline


def test_what_is_written_is_read(pipeline: Pipeline) -> None:
    values = {"current": 3, "rate": 0.25, "lowReadings": [1, 2], "owner": None}
    pipeline.table.write("concurrency", values)
    assert pipeline.table.read("concurrency") == {"name": "concurrency", **values}


def test_an_item_that_is_not_there_is_empty(pipeline: Pipeline) -> None:
    assert pipeline.table.read("lock") == {}
