"""Container for record batches of pyarrow."""

from sklearn_gan._table.arrow import to_chunks, to_record_batch
from sklearn_gan._table.containers.frames import FrameContainer


class RecordBatchContainer(FrameContainer):
    """A record batch of pyarrow."""

    libraries = ("pyarrow",)

    def _open(self, X):
        return super()._open(to_chunks(X))

    def _labelled(self, frame):
        return to_record_batch(super()._labelled(frame))
