"""Documents read from a file. Each value is checked on access."""

import json
import sys
from collections import Counter

import numpy as np

from sklearn_gan._runtime.text import describe

LARGEST_FLOAT = sys.float_info.max
LARGEST_INTEGER = 2**62


def join_place(place, name):
    """Return the place of a nested value, as used in error messages and array names."""
    return f"{place}/{name}" if place else str(name)


class RepeatedNameError(ValueError):
    """Raised if a JSON object has two values with the same name."""


def loads(text):
    """Parse a JSON text, rejecting NaN and repeated names.

    Raises LookupError, RecursionError or ValueError if the text is invalid.
    """
    return json.loads(text, object_pairs_hook=_unique, parse_constant={}.__getitem__)  # NaN raises KeyError


def _unique(pairs):
    values = dict(pairs)
    if len(values) < len(pairs):
        ((repeated, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise RepeatedNameError(repeated)
    return values


class InvalidFileError(ValueError):
    """Raised if a file does not have the expected content."""


class Fields:
    """The named values of one part of a document, each checked on access.

    An unexpected value raises an InvalidFileError with the file and the place in it. After loading,
    :meth:`check_all_was_read` raises for values that were never accessed.

    Parameters
    ----------
    values : object
        The values. Anything but a dictionary raises.
    arrays : dict of {str: ndarray}
        The arrays of the whole document, by place. Each array is removed on access.
    file : str
        Prefix of error messages.
    place : str, default=""
        Place of the values in the document.
    parts : list of Fields or None, default=None
        The parts of the document accessed so far. None starts a new document.
    """

    def __init__(self, values, arrays, file, place="", parts=None):
        self._arrays, self._file, self._place = arrays, file, place
        self._values, self._read = values, set()
        self._parts = [] if parts is None else parts
        self._parts.append(self)
        if not isinstance(values, dict):
            self.refuse("", "an object", values)

    def refuse(self, name, expected, found):
        """Raise an InvalidFileError for an unexpected value."""
        place = describe("/".join(part for part in (self._place, name) if part) or "the document")
        raise InvalidFileError(
            f"{self._file}expected {place} to be {expected}, found {describe(found)}. Use another copy of the file, "
            "or save the sampler again."
        )

    def names(self):
        """Return the names of the values."""
        return list(self._values)

    def get(self, name):
        """Return a value of any type."""
        if name not in self._values:
            self.refuse(name, "present", "nothing")
        self._read.add(name)
        return self._values[name]

    def _of_type(self, name, kind, expected):
        value = self.get(name)
        if type(value) is not kind:  # isinstance would accept True as an integer
            self.refuse(name, expected, value)
        return value

    def flag(self, name):
        """Return a boolean."""
        return self._of_type(name, bool, "true or false")

    def flags(self, name, length):
        """Return a list of booleans."""
        values = self.list(name, length)
        if not all(type(value) is bool for value in values):
            self.refuse(name, "a list of true and false", values)
        return values

    def text(self, name):
        """Return a string."""
        return self._of_type(name, str, "a string")

    def number(self, name):
        """Return a finite number as a float."""
        value = self.get(name)
        # The bound is checked before the conversion, because large integers overflow as floats.
        if type(value) not in (int, float) or not abs(value) <= LARGEST_FLOAT:
            self.refuse(name, "a finite number", value)
        return float(value)

    def numbers(self, name, length):
        """Return a list of finite numbers."""
        values = self.list(name, length)
        if not all(type(value) is float and abs(value) <= LARGEST_FLOAT for value in values):
            self.refuse(name, "a list of finite numbers", values)
        return values

    def one_of(self, name, choices):
        """Return one of `choices`, which are strings or None."""
        value = self.get(name)
        if not (value is None or isinstance(value, str)) or value not in choices:
            self.refuse(name, f"one of {list(choices)}", value)
        return value

    def some_of(self, name, choices):
        """Return a list of one or more strings from `choices`, each at most once."""
        values = self.list(name)
        known = all(isinstance(value, str) and value in choices for value in values)
        if not known or not 0 < len(values) == len(set(values)):
            self.refuse(name, f"a list of one or more distinct items of {list(choices)}", values)
        return values

    def integer(self, name, low, high=LARGEST_INTEGER):
        """Return an integer from `low` to `high`, both included."""
        value = self.get(name)
        if type(value) is not int or not low <= value <= high:
            self.refuse(name, f"an integer from {low} to {high}", value)
        return value

    def integers(self, name, low, high=LARGEST_INTEGER):
        """Return a list of integers from `low` to `high`, both included."""
        values = self._of_type(name, list, "a list")
        if not all(type(value) is int and low <= value <= high for value in values):
            self.refuse(name, f"a list of integers from {low} to {high}", values)
        return values

    def list(self, name, length=None):
        """Return a list of items of any type."""
        values = self._of_type(name, list, "a list")
        if length is not None and len(values) != length:
            self.refuse(name, f"a list of {length} items", values)
        return values

    def inside(self, name):
        """Return a nested part as Fields."""
        return self._part(self.get(name), name)

    def each(self, name, length=None):
        """Return each part in a list of nested parts as Fields."""
        return [self._part(values, join_place(name, i)) for i, values in enumerate(self.list(name, length))]

    def _part(self, values, name):
        return Fields(values, self._arrays, self._file, join_place(self._place, name), self._parts)

    def array(self, name, dtype, shape):
        """Return an array with the given dtype and shape. None in the shape allows any length."""
        value, array = self.get(name), self._arrays.pop(join_place(self._place, name), None)
        if array is None or value is not None:  # the JSON text has null in place of an array
            self.refuse(name, "an array", value)
        fits = len(array.shape) == len(shape) and all(
            want in (None, got) for want, got in zip(shape, array.shape, strict=True)
        )
        if array.dtype != dtype or not fits:
            sides = ", ".join("any" if side is None else str(side) for side in shape)
            self.refuse(name, f"an array of {np.dtype(dtype)} and shape ({sides})", f"{array.dtype} {array.shape}")
        return array

    def finite(self, name, dtype, shape):
        """Return an array of finite floats."""
        array = self.array(name, dtype, shape)
        if not np.isfinite(array).all():
            self.refuse(name, "an array of finite numbers", "NaN or infinity")
        return array

    def positions(self, name, shape, stop=LARGEST_INTEGER, start=0):
        """Return an array of positions from `start` (inclusive) to `stop` (exclusive)."""
        array = self.array(name, np.int64, shape)
        if array.size and (array.min() < start or array.max() >= stop):
            self.refuse(name, f"an array of positions from {start} to below {stop}", f"{array.min()} to {array.max()}")
        return array.astype(np.intp, copy=False)

    def check_all_was_read(self):
        """Raise if any value or array was never accessed."""
        for part in self._parts:
            unread = [name for name in part._values if name not in part._read]
            if unread:
                part.refuse("", "without other fields", unread)
        if self._arrays:
            self.refuse("", "without other arrays", list(self._arrays))
