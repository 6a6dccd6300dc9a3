"""Convert arrays and record batches of pyarrow to chunked arrays and tables, which narwhals reads, and back."""

import narwhals as nw


def to_chunks(values):
    """Return a record batch as a table, an array of pyarrow as a chunked array, and anything else unchanged."""
    pa = nw.dependencies.get_pyarrow()
    if pa is None or not isinstance(values, pa.RecordBatch | pa.Array):
        return values
    return pa.chunked_array([values]) if isinstance(values, pa.Array) else pa.Table.from_batches([values])


def from_chunks(chunks, original):
    """Return a table or chunked array in the form that `original` had before :func:`to_chunks`."""
    pa = nw.dependencies.get_pyarrow()
    if pa is None or not isinstance(original, pa.RecordBatch | pa.Array):
        return chunks
    return chunks.combine_chunks() if isinstance(original, pa.Array) else to_record_batch(chunks)


def to_record_batch(table):
    """Return a table as a record batch."""
    pa = nw.dependencies.get_pyarrow()
    return pa.RecordBatch.from_arrays([column.combine_chunks() for column in table.columns], schema=table.schema)
