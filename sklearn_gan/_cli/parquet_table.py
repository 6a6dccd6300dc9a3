"""Table in a Parquet file."""

from sklearn_gan._cli.formats import PARQUET
from sklearn_gan._cli.parquet_file import read_parquet, write_parquet
from sklearn_gan._cli.roles import check_observed, warn_about_identifiers


class ParquetTable:
    """Table in a Parquet file, with its rows, types and metadata kept.

    Parameters
    ----------
    source : Source
        Content of the file.

    Attributes
    ----------
    name : str
        Name of the source.
    names : list of str
        Names of the columns.
    """

    format = PARQUET

    def __init__(self, source):
        path = self.name = source.name
        self._table = read_parquet(source)
        self.names = self._table.column_names
        if not self._table.num_rows:
            raise ValueError(f"{path}: expected at least 1 row, got none; use a table with rows")

    def labels(self, target):
        """Return the class of each row as text."""
        column = self._table.column(target)
        is_empty = self._has_no_label(target).to_pylist()
        if any(is_empty):
            raise ValueError(
                f"column {target!r} has no class in {sum(is_empty)} row(s), first in row {is_empty.index(True) + 1}; "
                "fill in the class, or pass --drop-unlabelled to leave these rows out"
            )
        return [str(label).lower() if isinstance(label, bool) else str(label) for label in column.to_pylist()]

    def drop_unlabelled(self, target):
        """Drop the rows without a class, and return their number."""
        from pyarrow import compute

        n_before = self._table.num_rows
        self._table = self._table.filter(compute.invert(self._has_no_label(target)))
        return n_before - self._table.num_rows

    def _has_no_label(self, target):
        return self._table.column(target).is_null(nan_is_null=True)

    def features(self, roles):
        """Return the feature columns as a table, and the names of the categorical ones."""
        self._roles = roles
        self.feature_positions = roles.feature_positions(self.names)
        for j in self.feature_positions:
            self._check_type(j)
        are_empty = (all(self._table.column(j).is_null(nan_is_null=True).to_pylist()) for j in self.feature_positions)
        check_observed(are_empty, [self.names[j] for j in self.feature_positions])
        # The sampler does not detect categorical columns by type if some are named, so all must be named.
        categories = [self.names[j] for j in self.feature_positions if not self.is_number(j)]
        return self._table.select(self.feature_positions), categories

    def is_number(self, j):
        """Return whether a feature is numeric. Dates count as numeric."""
        from pyarrow import types

        kind, is_category = self._table.schema.types[j], self.names[j] in self._roles.categorical
        is_number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
        return (is_number or types.is_temporal(kind)) and not is_category

    def read_like(self, other):
        """Return the features of another Parquet table in the types of this one."""
        from pyarrow import ArrowException

        features = self._table.select(self.feature_positions)
        try:
            return other._table.select(features.column_names).cast(features.schema)
        except ArrowException as error:
            raise ValueError(
                f"{other.name}: expected columns of the types in {self.name}, got others ({error}); export both tables "
                "in the same way"
            ) from error

    def check_text(self):
        """Raise if a text file cannot hold a column."""
        from sklearn_gan._cli.arrow_text import has_text

        for field in self._table.schema:
            if not has_text(field.type):
                raise ValueError(
                    f"column {field.name!r} has type {field.type}, which a text file cannot hold; write a Parquet "
                    "file, or remove this column"
                )

    def to_arrow(self, X, labels):
        """Return the rows of the file, followed by the synthetic rows, as an arrow table."""
        import pyarrow as pa

        schema, n_new = self._nullable_schema(), len(labels)
        # Each label is copied from the first row of its class, which keeps its type.
        first_rows = {label: row for row, label in reversed(list(enumerate(self.labels(self._roles.target))))}
        columns = [pa.nulls(n_new, field.type) for field in schema]
        target = self.names.index(self._roles.target)
        rows = pa.array([first_rows[label] for label in labels], pa.int64())
        columns[target] = self._table.column(target).take(rows)
        for position, j in enumerate(self.feature_positions):
            columns[j] = X.column(position)
        table = pa.concat_tables([self._table.cast(schema), pa.Table.from_arrays(columns, schema=schema)])
        if self._roles.mark is not None:
            is_generated = [False] * self._table.num_rows + [True] * n_new
            table = table.append_column(self._roles.mark, pa.array(is_generated, pa.bool_()))
        return table

    def write(self, file, X, labels):
        """Write the rows of the file, followed by the synthetic rows."""
        write_parquet(self.to_arrow(X, labels), file)

    def _check_type(self, j):
        """Raise if values of this type cannot be generated, and warn if they look like identifiers."""
        from pyarrow import types

        name, kind = self.names[j], self._table.schema.types[j]
        if types.is_date64(kind) or types.is_interval(kind) or types.is_nested(kind) or types.is_binary(kind):
            raise ValueError(
                f"column {name!r} has type {kind}; expected numbers, dates, text, categories or booleans. Exclude it "
                f"with --exclude {name!r}, or convert it"
            )
        is_text = types.is_string(kind) or types.is_large_string(kind)
        if (is_text or types.is_integer(kind)) and name not in self._roles.categorical:
            warn_about_identifiers(name, self._table.column(j).drop_null().to_pylist())

    def _nullable_schema(self):
        """Return the schema with nullable excluded columns, because synthetic rows have no values in them."""
        schema = self._table.schema
        for name in self._roles.excluded:
            j = schema.get_field_index(name)
            schema = schema.set(j, schema.field(j).with_nullable(True))
        return schema
