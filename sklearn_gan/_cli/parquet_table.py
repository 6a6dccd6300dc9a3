"""Table in a Parquet file, read and written by pyarrow."""

from sklearn_gan._cli.roles import check_observed, warn_about_identifiers


class ParquetTable:
    """Table in a Parquet file, with its rows, types and metadata kept.

    Parameters
    ----------
    path : pathlib.Path
        Path of the file.

    Attributes
    ----------
    names : list of str
        Names of the columns.
    """

    def __init__(self, path):
        try:
            from pyarrow import ArrowException, parquet
        except ImportError as error:
            raise ValueError(
                f"{path}: Parquet files require pyarrow, which is not installed. "
                'Install it with: pip install "sklearn-gan[parquet]"'
            ) from error
        try:
            with parquet.ParquetFile(path) as file:
                self._table = file.read()
        except ArrowException as error:
            raise ValueError(f"{path}: cannot be read as a Parquet file ({error}); export the table again") from error
        self.names = self._table.column_names
        if not self._table.num_rows:
            raise ValueError(f"{path}: expected at least 1 row, got none; use a table with rows")

    def labels(self, target):
        """Return the class of each row as text."""
        column = self._table.column(target)
        is_empty = column.is_null(nan_is_null=True).to_pylist()
        if any(is_empty):
            raise ValueError(
                f"column {target!r} has no class in {sum(is_empty)} row(s), first in row {is_empty.index(True) + 1}; "
                "fill in the class or delete these rows"
            )
        return [str(label).lower() if isinstance(label, bool) else str(label) for label in column.to_pylist()]

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

    def write(self, file, X, labels):
        """Write the rows of the file, followed by the synthetic rows."""
        import pyarrow as pa
        from pyarrow import parquet

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
        parquet.write_table(table, file)

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
