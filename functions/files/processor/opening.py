"""Opens a file where the checkpoint stands."""

from functions.files.processor.checkpoint import Checkpoint, Layout
from functions.files.processor.columns import Columns
from functions.files.processor.lines import Lines
from functions.files.processor.records import read_records
from functions.files.processor.rows import Batches
from functions.files.processor.text import open_text, reopen_text
from functions.files.rounds.errors import PermanentFailure
from functions.files.rounds.s3_object import S3Object


def open_file(source: S3Object, checkpoint: Checkpoint) -> tuple[Layout, Batches]:
    """The layout, and the rows that are not done with yet.

    Raises PermanentFailure if this is no CSV file, or lacks its header or a column.
    """
    layout, offset = checkpoint.layout, checkpoint.byte_offset
    if layout is None:
        return _open_anew(source)
    lines = Lines(reopen_text(source, is_gzip=layout.is_gzip, offset=offset), offset)
    return layout, Batches(read_records(lines), checkpoint.next_row, offset)


def _open_anew(source: S3Object) -> tuple[Layout, Batches]:
    is_gzip, chunks = open_text(source)
    records = read_records(Lines(chunks))
    header = next(records, None)
    if header is None:
        raise PermanentFailure("the file is empty: it has not even a header")
    names, end = header
    return Layout(Columns.of_header(names), is_gzip), Batches(records, 1, end)
