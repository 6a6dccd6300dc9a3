"""Types of the Python values in object columns, such as dates and decimals, and their conversion to numbers and back.

Database drivers return such columns. To add a type, add a subclass of :class:`PythonType` and an entry in `TYPES`.
"""

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Context, Decimal
from numbers import Integral, Real

import numpy as np

from sklearn_gan._persistence import (
    cells_from_document,
    cells_to_document,
    import_library,
    zone_from_document,
    zone_to_document,
)

EPOCH, MICROSECOND, DAY = datetime(1970, 1, 1), timedelta(microseconds=1), timedelta(days=1)
UNITS = ("s", "ms", "us", "ns")
MOST_PLACES = 400  # beyond the decimal places of the smallest float
EXACT = Context(prec=2 * MOST_PLACES)
NO_NUMBERS = (bool, np.bool_, np.timedelta64)


class PythonType(ABC):
    """Type of the values of an object column.

    Attributes
    ----------
    name : str
        Name of the type in saved files.
    kind : {"number", "time"}
        Kind of the column, as in :class:`Column`.
    unit : str
        The numpy type of the numbers of dates, times and durations, such as "M8[D]", or "" for other numbers.
    zone : tzinfo or None
        Time zone of all values.
    """

    name: str
    kind = "time"
    unit = ""
    zone = None

    @classmethod
    def observe(cls, present):
        """Return the type with the properties of the observed values, or None if they have no common ones."""
        return cls()

    @abstractmethod
    def to_numbers(self, present):
        """Convert observed values to an array of numbers, in multiples of `unit`."""

    @abstractmethod
    def to_list(self, numbers):
        """Convert an array of numbers to values, within the range of the type."""

    def to_objects(self, numbers):
        """Convert an array of numbers to an object array of values."""
        return np.fromiter(self.to_list(numbers), dtype=object, count=len(numbers))

    def as_stored(self, numbers):
        """Return the numbers of the values to which `numbers` are converted."""
        return numbers

    def to_document(self, subject):
        """Return the type as a document. Error messages name the column `subject`."""
        return {"type": self.name}

    @classmethod
    def from_document(cls, fields):
        """Return the type stored in a document."""
        return cls()


class NumberType(PythonType):
    """Base of the types of numbers."""

    kind = "number"

    def to_numbers(self, present):
        return numbers_of_objects(present, np.zeros(len(present), dtype=bool))


@dataclass(frozen=True)
class IntegerType(NumberType):
    """Integers."""

    name = "int"

    def to_list(self, numbers):
        return [round(number) for number in numbers.tolist()]  # integers beyond 64 bits are floats


@dataclass(frozen=True)
class FloatType(NumberType):
    """Floats, or floats among other numbers."""

    name = "float"

    def to_list(self, numbers):
        return numbers.astype(float).tolist()


@dataclass(frozen=True)
class DecimalType(NumberType):
    """Decimals with at most `places` decimal places, or decimals and integers."""

    places: int
    name = "Decimal"

    @classmethod
    def observe(cls, present):
        exponents = (cell.as_tuple().exponent for cell in present if isinstance(cell, Decimal) and cell.is_finite())
        return cls(min(max((-exponent for exponent in exponents if exponent < 0), default=0), MOST_PLACES))

    def to_list(self, numbers):
        step = Decimal(1).scaleb(-self.places, EXACT)
        # The sum turns -0.00 into 0.00.
        return [EXACT.add(EXACT.quantize(Decimal(repr(number)), step), 0) for number in numbers.tolist()]

    def as_stored(self, numbers):
        return np.array(self.to_list(numbers), dtype=float)

    def to_document(self, subject):
        return super().to_document(subject) | {"places": self.places}

    @classmethod
    def from_document(cls, fields):
        return cls(fields.integer("places", 0, MOST_PLACES))


@dataclass(frozen=True)
class DateType(PythonType):
    """Dates, as days since 1970."""

    name, unit = "date", "M8[D]"

    def to_numbers(self, present):
        return np.array([cell.toordinal() for cell in present]) - EPOCH.toordinal()

    def to_list(self, numbers):
        days = np.clip(numbers, *((bound.toordinal() - EPOCH.toordinal()) for bound in (date.min, date.max)))
        return [date.fromordinal(day) for day in (days + EPOCH.toordinal()).tolist()]


@dataclass(frozen=True)
class DatetimeType(PythonType):
    """Datetimes in one time zone or in none, as microseconds since 1970 in UTC."""

    zone: tzinfo | None
    name, unit = "datetime", "M8[us]"

    @classmethod
    def observe(cls, present):
        return cls(present[0].tzinfo) if _share_zone(present) else None

    def to_numbers(self, present):
        epoch = EPOCH if self.zone is None else EPOCH.replace(tzinfo=UTC)
        return np.array([(cell - epoch) // MICROSECOND for cell in present], dtype=np.int64)

    def to_list(self, numbers):
        bounds = ((bound - EPOCH) // MICROSECOND for bound in (datetime.min, datetime.max))
        moments = (EPOCH + timedelta(microseconds=count) for count in np.clip(numbers, *bounds).tolist())
        return list(moments) if self.zone is None else [self._in_zone(moment) for moment in moments]

    def _in_zone(self, moment):
        try:
            return moment.replace(tzinfo=UTC).astimezone(self.zone)
        except OverflowError:  # within a day of the first or the last datetime
            return moment.replace(tzinfo=self.zone)

    def to_document(self, subject):
        return super().to_document(subject) | {"zone": cells_to_document([self.zone], subject)}

    @classmethod
    def from_document(cls, fields):
        (zone,) = cells_from_document(fields, "zone", length=1)
        if not (zone is None or isinstance(zone, tzinfo)):
            fields.refuse("zone", "a time zone", zone)
        return cls(zone)


@dataclass(frozen=True)
class TimeType(PythonType):
    """Times of day without a time zone, as microseconds since midnight."""

    name, unit = "time", "m8[us]"

    def to_numbers(self, present):
        moments = (datetime.combine(EPOCH, cell) for cell in present)
        return np.array([(moment - EPOCH) // MICROSECOND for moment in moments])

    def to_list(self, numbers):
        counts = np.clip(numbers, 0, DAY // MICROSECOND - 1).tolist()
        return [(EPOCH + timedelta(microseconds=count)).time() for count in counts]


@dataclass(frozen=True)
class TimedeltaType(PythonType):
    """Durations, as microseconds."""

    name, unit = "timedelta", "m8[us]"

    def to_numbers(self, present):
        return np.array([cell // MICROSECOND for cell in present], dtype=np.int64)

    def to_list(self, numbers):
        return [timedelta(microseconds=count) for count in numbers.tolist()]


@dataclass(frozen=True)
class PandasTimestampType(PythonType):
    """Timestamps of pandas in one time zone or in none, in their finest unit."""

    unit: str
    zone: tzinfo | None
    name = "pandas Timestamp"

    @classmethod
    def observe(cls, present):
        return cls(f"M8[{_finest_unit(present)}]", present[0].tzinfo) if _share_zone(present) else None

    def to_numbers(self, present):
        return _count_units(present, self.unit)

    def to_list(self, numbers):
        moments = import_library("pandas").DatetimeIndex(numbers.astype(self.unit))
        return list(moments if self.zone is None else moments.tz_localize("UTC").tz_convert(self.zone))

    def to_document(self, subject):
        return super().to_document(subject) | {"unit": self.unit, "zone": zone_to_document(self.zone, subject)}

    @classmethod
    def from_document(cls, fields):
        return cls(fields.one_of("unit", [f"M8[{unit}]" for unit in UNITS]), zone_from_document(fields, "zone"))


@dataclass(frozen=True)
class PandasTimedeltaType(PythonType):
    """Timedeltas of pandas, in their finest unit."""

    unit: str
    name = "pandas Timedelta"

    @classmethod
    def observe(cls, present):
        return cls(f"m8[{_finest_unit(present)}]")

    def to_numbers(self, present):
        return _count_units(present, self.unit)

    def to_list(self, numbers):
        return list(import_library("pandas").TimedeltaIndex(numbers.astype(self.unit)))

    def to_document(self, subject):
        return super().to_document(subject) | {"unit": self.unit}

    @classmethod
    def from_document(cls, fields):
        return cls(fields.one_of("unit", [f"m8[{unit}]" for unit in UNITS]))


# Types by the module and the name of the class, because pandas is imported only if it is used.
TYPES_OF_TIMES = {
    ("datetime", "date"): DateType,
    ("datetime", "datetime"): DatetimeType,
    ("datetime", "time"): TimeType,
    ("datetime", "timedelta"): TimedeltaType,
    ("pandas", "Timestamp"): PandasTimestampType,
    ("pandas", "Timedelta"): PandasTimedeltaType,
}
TYPES = {kind.name: kind for kind in (IntegerType, FloatType, DecimalType, *TYPES_OF_TIMES.values())}


def read_python_values(cells, missing):
    """Return the PythonType of an object column and its values as numbers, or None if there is no type for them.

    Dates mixed with datetimes, for example, and datetimes in several time zones have none.

    Parameters
    ----------
    cells : ndarray of shape (n_rows,), dtype object
        The values.
    missing : ndarray of shape (n_rows,), dtype bool
        Mask of missing values. Their numbers are 0.
    """
    present = cells[~missing]
    kind = _choose_type(set(map(type, present)))
    python_type = kind and kind.observe(present)
    observed = python_type and _exact_numbers(python_type, present)
    if observed is None:
        return None
    numbers = np.zeros(len(cells), dtype=observed.dtype)
    numbers[~missing] = observed
    return python_type, numbers


def _exact_numbers(python_type, present):
    """Return observed values as numbers, or None if there are values out of range."""
    try:
        numbers = python_type.to_numbers(present)
    except (ArithmeticError, TypeError, ValueError):  # also times of day in a time zone
        return None
    return numbers if python_type.kind == "number" or keeps_bounds(python_type, numbers) else None


def keeps_bounds(python_type, numbers):
    """Return whether the smallest and the largest of these times are the same after conversion to values."""
    bounds = np.array([numbers.min(), numbers.max()])
    return np.array_equal(python_type.to_numbers(python_type.to_list(bounds)), bounds)


def _choose_type(classes):
    """Return the PythonType that contains all values of these classes, or None."""
    if classes and all(issubclass(kind, Real | Decimal) and not issubclass(kind, NO_NUMBERS) for kind in classes):
        if all(issubclass(kind, Integral) for kind in classes):
            return IntegerType
        return DecimalType if all(issubclass(kind, Integral | Decimal) for kind in classes) else FloatType
    names = {(kind.__module__.partition(".")[0], kind.__name__) for kind in classes}
    return TYPES_OF_TIMES.get(names.pop()) if len(names) == 1 else None


def _share_zone(present):
    """Return whether all values are in one time zone, or all in none."""
    zone = present[0].tzinfo
    name = getattr(zone, "zone", None)  # pytz has an object per offset, and a name per time zone
    return all(cell.tzinfo == zone or (name and getattr(cell.tzinfo, "zone", None) == name) for cell in present)


def _finest_unit(present):
    return max((cell.unit for cell in present), key=UNITS.index)


def _count_units(present, unit):
    """Convert Timestamps or Timedeltas of pandas to integers, or raise if one is out of range."""
    _, name = np.dtype(unit).str[1:-1].split("[")
    return np.array([cell.as_unit(name).asm8 for cell in present]).astype(unit).astype(np.int64)


def numbers_of_objects(cells, missing):
    """Convert numeric objects to a 64-bit integer array if all are integers in range, else to a float array."""
    numbers = np.where(missing, 0, cells).tolist()
    if all(issubclass(kind, Integral) for kind in set(map(type, numbers))):
        for dtype in (np.int64, np.uint64):
            with suppress(OverflowError):
                return np.array(numbers, dtype=dtype)
    with suppress(OverflowError):
        return np.array(list(map(float, numbers)))
    return np.array([_nearest_float(number) for number in numbers])


def _nearest_float(number):
    try:
        return float(number)
    except OverflowError:
        return np.inf if number > 0 else -np.inf


def types_to_document(types, names):
    """Return the PythonTypes of a table as a document, which is empty if no column has one.

    Parameters
    ----------
    types : list of PythonType or None
        The type of each column.
    names : list
        Name of each column, for error messages.
    """
    columns = [
        {"column": j} | python_type.to_document(f"column {name!r}")
        for j, (python_type, name) in enumerate(zip(types, names, strict=True))
        if python_type is not None
    ]
    return {"python_types": columns} if columns else {}


def types_from_document(fields, codecs, are_objects):
    """Return the PythonTypes of a table stored in a document, or raise if they do not match the fitted codecs.

    Parameters
    ----------
    fields : Fields
        The document.
    codecs : list of ColumnCodec
        The fitted codec of each column.
    are_objects : list of bool
        Whether each column may hold any object.
    """
    types = [None] * len(codecs)
    for part in fields.each("python_types") if "python_types" in fields.names() else []:
        j = part.integer("column", 0, len(codecs) - 1)
        if types[j] is not None or not are_objects[j]:
            part.refuse("column", "the position of another column of objects", j)
        types[j] = TYPES[part.one_of("type", TYPES)].from_document(part)
        holds_times = codecs[j].name == "time"
        if codecs[j].is_numeric and holds_times != (types[j].kind == "time"):
            part.refuse("type", f"a type for columns of kind {codecs[j].name!r}", types[j].name)
        if holds_times and not keeps_bounds(types[j], np.array([codecs[j].earliest, codecs[j].latest])):
            part.refuse("type", "a type for the fitted times", types[j].name)
    return types
