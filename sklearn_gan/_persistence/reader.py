"""Documents that were read from a file: each value is checked when it is handed out."""

import json
import sys
from collections import Counter

import numpy as np

from sklearn_gan._runtime.text import describe

LARGEST_FLOAT = sys.float_info.max
LARGEST_INTEGER = 2**62


def join_place(place, name):
    """Return the place of a value inside another one, as errors and the names of arrays give it."""
    return f"{place}/{name}" if place else str(name)


class RepeatedNameError(ValueError):
    """An object of a JSON text has two values of one name."""


def loads(text):
    """Return what a JSON text says, which knows neither NaN nor names that are repeated.

    Raises LookupError, RecursionError or ValueError if it is none.
    """
    return json.loads(text, object_pairs_hook=_unique, parse_constant={}.__getitem__)


def _unique(pairs):
    values = dict(pairs)
    if len(values) < len(pairs):
        ((repeated, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise RepeatedNameError(repeated)
    return values


class InvalidFileError(ValueError):
    """A file does not hold what was expected."""


class Fields:
    """The named values of a part of a document that was read: each is checked when it is handed out.

    Whatever is not as expected is an InvalidFileError that names the file and the place in it. So is, in the end,
    what nobody asked for.

    Parameters
    ----------
    values : object
        A dictionary, if all is well.
    arrays : dict of {str: ndarray}
        The arrays of the whole document, by place. Those that are handed out are taken out.
    file : str
        What errors begin with.
    place : str, default=""
        Where in the document the values are.
    parts : list of Fields or None, default=None
        What was handed out of the document so far; None is for the whole of it.
    """

    def __init__(self, values, arrays, file, place="", parts=None):
        self._arrays, self._file, self._place = arrays, file, place
        self._values, self._read = values, set()
        self._parts = [] if parts is None else parts
        self._parts.append(self)
        if not isinstance(values, dict):
            self.refuse("", "an object", values)

    def refuse(self, name, expected, found):
        """Raise the error for a value that is not as expected."""
        place = describe("/".join(part for part in (self._place, name) if part) or "the document")
        raise InvalidFileError(
            f"{self._file}expected {place} to be {expected}, found {describe(found)}. Take another copy of the file, "
            "or save the sampler again."
        )

    def names(self):
        """Return the names of the values."""
        return list(self._values)

    def get(self, name):
        """Return a value that the caller checks."""
        if name not in self._values:
            self.refuse(name, "there", "nothing")
        self._read.add(name)
        return self._values[name]

    def _of_type(self, name, kind, expected):
        value = self.get(name)
        if type(value) is not kind:
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
        """Return one of some strings, or None if that is among them."""
        value = self.get(name)
        if not (value is None or isinstance(value, str)) or value not in choices:
            self.refuse(name, f"one of {list(choices)}", value)
        return value

    def some_of(self, name, choices):
        """Return a list of one or more of some strings, each once."""
        values = self.list(name)
        known = all(isinstance(value, str) and value in choices for value in values)
        if not known or not 0 < len(values) == len(set(values)):
            self.refuse(name, f"a list of some of {list(choices)}", values)
        return values

    def integer(self, name, low, high=LARGEST_INTEGER):
        """Return an integer from `low` to `high`, both included."""
        value = self.get(name)
        if type(value) is not int or not low <= value <= high:
            self.refuse(name, f"an integer from {low} to {high}", value)
        return value

    def integers(self, name, low, high=LARGEST_INTEGER):
        """Return a list of integers from `low` to `high`."""
        values = self._of_type(name, list, "a list")
        if not all(type(value) is int and low <= value <= high for value in values):
            self.refuse(name, f"a list of integers from {low} to {high}", values)
        return values

    def list(self, name, length=None):
        """Return a list whose items the caller checks."""
        values = self._of_type(name, list, "a list")
        if length is not None and len(values) != length:
            self.refuse(name, f"a list of {length}", values)
        return values

    def inside(self, name):
        """Return the values of a part."""
        return self._part(self.get(name), name)

    def each(self, name, length=None):
        """Return the values of each part in a list of parts."""
        return [self._part(values, join_place(name, i)) for i, values in enumerate(self.list(name, length))]

    def _part(self, values, name):
        return Fields(values, self._arrays, self._file, join_place(self._place, name), self._parts)

    def array(self, name, dtype, shape):
        """Return an array of a dtype and a shape, in which None stands for any length."""
        value, array = self.get(name), self._arrays.pop(join_place(self._place, name), None)
        if array is None or value is not None:
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
            self.refuse(name, "an array of finite numbers", "others")
        return array

    def positions(self, name, shape, stop=LARGEST_INTEGER, start=0):
        """Return an array of positions from `start` (included) to `stop` (excluded)."""
        array = self.array(name, np.int64, shape)
        if array.size and (array.min() < start or array.max() >= stop):
            self.refuse(name, f"an array of positions from {start} to below {stop}", f"{array.min()} to {array.max()}")
        return array.astype(np.intp, copy=False)

    def check_all_was_read(self):
        """Refuse values and arrays that nobody asked for."""
        for part in self._parts:
            unread = [name for name in part._values if name not in part._read]
            if unread:
                part.refuse("", "without other fields", unread)
        if self._arrays:
            self.refuse("", "without other arrays", list(self._arrays))
