"""Table containers, column kinds, the encoder to a float32 matrix, and row distances. Does not import torch."""

from sklearn_gan._table.arrow import to_chunks
from sklearn_gan._table.column_kinds import KINDS, CodecChooser, ColumnCodec, choose_codecs, fit_codecs
from sklearn_gan._table.columns import Column, ComparableColumn, Filling, Gathered, Values, are_missing, factorize
from sklearn_gan._table.comparison import (
    CATEGORICAL_FEATURES,
    choose_categorical,
    classifier_features,
    number_jointly,
    read_tables,
)
from sklearn_gan._table.containers import Container, container_from_document, container_to_document, open_container
from sklearn_gan._table.distances import RowEncoder, Rows, encode_rows
from sklearn_gan._table.encoder import TableEncoder
from sklearn_gan._table.labels import check_labels, plain_labels, read_labels
from sklearn_gan._table.relations import (
    FixedCombinations,
    Inequality,
    MissingTogether,
    OneHot,
    Relation,
    Sum,
    relation_from_document,
    relation_to_document,
    select_completion,
)
from sklearn_gan._table.result_frame import frame_of, library_of
from sklearn_gan._table.sample import TableSample, choose_rows, size_of_classes
from sklearn_gan._table.suspicious_columns import CopyTest, are_identifiers
from sklearn_gan._table.targets import repeat_targets, stack_rows, take_rows
from sklearn_gan._table.units import check_same_kind, in_unit

__all__ = [
    "CATEGORICAL_FEATURES",
    "KINDS",
    "CodecChooser",
    "Column",
    "ColumnCodec",
    "ComparableColumn",
    "Container",
    "CopyTest",
    "Filling",
    "FixedCombinations",
    "Gathered",
    "Inequality",
    "MissingTogether",
    "OneHot",
    "Relation",
    "RowEncoder",
    "Rows",
    "Sum",
    "TableEncoder",
    "TableSample",
    "Values",
    "are_identifiers",
    "are_missing",
    "check_labels",
    "check_same_kind",
    "choose_categorical",
    "choose_codecs",
    "choose_rows",
    "classifier_features",
    "container_from_document",
    "container_to_document",
    "encode_rows",
    "factorize",
    "fit_codecs",
    "frame_of",
    "in_unit",
    "library_of",
    "number_jointly",
    "open_container",
    "plain_labels",
    "read_labels",
    "read_tables",
    "relation_from_document",
    "relation_to_document",
    "repeat_targets",
    "select_completion",
    "size_of_classes",
    "stack_rows",
    "take_rows",
    "to_chunks",
]
