"""Decoded rows satisfy every relation of the table, whatever the networks generate."""

import re
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_gan._table import TableEncoder, fit_codecs, open_container
from sklearn_gan._table.relations.check import find_breaches
from sklearn_gan.relations import FixedCombinations, Inequality, MissingTogether, OneHot, Sum


class Decoded:
    """An encoder fitted to a table, and a table decoded from random features."""

    def __init__(self, X, relations="auto", n_rows=400, seed=0, categorical_features="auto"):
        rng = np.random.default_rng(seed)
        container = open_container(X)
        columns = list(container.columns())
        self.encoder, codes = TableEncoder(), np.arange(len(columns[0].cells)) % 2
        codecs = fit_codecs(categorical_features, columns, codes)
        matrix = self.encoder.fit_encode(columns, codecs, codes, relations=relations)
        container.remember([codec.rows for codec in self.encoder.codecs_])
        self.table = container.build(self._decode(matrix, rng.integers(2, size=n_rows), rng))

    def _decode(self, matrix, codes, rng):
        """Decode random numbers and categories, with the missing-value flags of real rows."""
        layout = self.encoder.layout_
        numbers = rng.normal(scale=2, size=(len(codes), layout.n_numbers))
        blocks = [np.eye(width)[rng.integers(width, size=len(codes))] for width in layout.block_widths]
        flags = matrix[rng.integers(len(matrix), size=len(codes)), layout.n_values :]
        return self.encoder.decode(np.hstack([numbers, *blocks, flags]).astype(np.float32), codes, rng)

    @property
    def relations(self):
        return self.encoder.relations_

    def n_breaches(self):
        """Return the number of breaches in the decoded table, except for new combinations."""
        columns = list(open_container(self.table).columns())
        names = [column.name for column in columns]
        found = 0
        for relation in self.relations:
            positions = [names.index(name) for name in relation.names]
            members = [columns[j] for j in positions], [self.encoder.codecs_[j] for j in positions]
            found += find_breaches(relation, *members)[0].sum()
        return found


def with_missing(values, mask):
    return pd.Series(values).mask(mask)


def combinations_of(frame, names):
    """Return the set of combinations without missing values."""
    return set(frame[names].dropna().astype(object).itertuples(index=False, name=None))


@st.composite
def tables(draw):
    """Draw a table with planted relations, and the relations."""
    n = draw(st.sampled_from([60, 150, 400]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    share = draw(st.sampled_from([0, 0, 0.15]))

    def mask():
        return rng.random(n) < share

    frame, planted = pd.DataFrame({"other": rng.normal(size=n), "kind": rng.choice(list("abc"), n)}), []
    for kind in draw(st.lists(st.sampled_from(list(PLANT)), min_size=1, max_size=4, unique=True)):
        columns, relation = PLANT[kind](n, rng, mask)
        frame, planted = pd.concat([frame, pd.DataFrame(columns)], axis=1), [*planted, relation]
    order = draw(st.permutations(list(frame.columns)))
    return frame[order], planted


def plant_dates(n, rng, mask):
    start = pd.Timestamp("2022-01-01", tz="Europe/Paris") + pd.to_timedelta(rng.integers(0, 700, n), unit="D")
    end = start + pd.to_timedelta(rng.geometric(0.1, n), unit="D")
    return {"start": with_missing(start, mask()), "end": with_missing(end, mask())}, Inequality("start", "end", True)


def plant_integers(n, rng, mask):
    low = rng.integers(0, 200, n)
    columns = {"low": with_missing(low, mask()).astype("Int32"), "high": low + rng.integers(0, 50, n)}
    return columns, Inequality("low", "high")


def plant_decimals(n, rng, mask):
    least = rng.lognormal(2, 1, n).round(3)
    most = np.ceil((least + rng.exponential(size=n)) * 10) / 10
    return {"least": with_missing(least, mask()), "most": with_missing(most, mask())}, Inequality("least", "most", True)


def plant_cities(n, rng, mask):
    city = rng.integers(0, 12, n)
    cities = pd.Categorical([f"city {c}" for c in city], categories=[f"city {c}" for c in range(15)])
    countries = with_missing([f"land {c // 4}" for c in city], mask())
    return {"city": with_missing(cities, mask()), "country": countries}, FixedCombinations(["city", "country"])


def plant_codes(n, rng, mask):
    code = rng.integers(0, 8, n)
    return {"code": code * 10, "name": pd.Series(list("zyxwvuts"))[code].to_numpy()}, FixedCombinations(
        ["code", "name"]
    )


def plant_total(n, rng, mask):
    price, fee = rng.lognormal(3, 1, n).round(2), rng.lognormal(1, 1, n).round(2)
    total = with_missing((price + fee).round(2), mask())
    return {"price": with_missing(price, mask()), "fee": fee, "total": total}, Sum("total", ["price", "fee"])


def plant_one_hot(n, rng, mask):
    color = rng.integers(0, 4, n)
    return {f"is_{c}": color == c for c in range(4)}, OneHot([f"is_{c}" for c in range(4)])


def plant_missing(n, rng, mask):
    where = rng.random(n) < 0.3
    columns = {"x": with_missing(rng.normal(size=n), where), "y": with_missing(rng.choice(["u", "v"], n), where)}
    return columns, MissingTogether(["x", "y"])


PLANT = {
    "dates": plant_dates,
    "integers": plant_integers,
    "decimals": plant_decimals,
    "cities": plant_cities,
    "codes": plant_codes,
    "total": plant_total,
    "one-hot": plant_one_hot,
    "missing": plant_missing,
}


@given(tables(), st.booleans())
def test_no_decoded_row_breaks_a_planted_relation(case, is_listed):
    X, planted = case
    decoded = Decoded(X, relations=planted if is_listed else "auto")
    assert decoded.n_breaches() == 0
    for relation in planted:
        if isinstance(relation, FixedCombinations):
            assert combinations_of(decoded.table, relation.names) <= combinations_of(X, relation.names)
    if is_listed:
        assert decoded.relations == planted


@pytest.mark.parametrize("name", PLANT)
def test_planted_relations_are_detected(name):
    n, rng = 500, np.random.default_rng(1)
    columns, planted = PLANT[name](n, rng, lambda: rng.random(n) < 0.1)
    X = pd.DataFrame({"other": rng.normal(size=n), **columns, "kind": rng.choice(list("abc"), n)})
    (found,) = Decoded(X).relations
    assert type(found) is type(planted) and set(found.names) == set(planted.names) and found.support > 100
    assert found == planted or isinstance(found, FixedCombinations)


@pytest.mark.parametrize("n", [30, 100, 1_000])
def test_independent_columns_have_no_relation(n):
    n_false = 0
    for seed in range(40):
        rng = np.random.default_rng([n, seed])
        X = pd.DataFrame({"a": rng.normal(size=n), "b": rng.integers(0, 5, n), "c": rng.choice(list("abcd"), n)})
        X["d"], X["e"] = rng.random(n) < 0.05, with_missing(rng.lognormal(size=n).round(1), rng.random(n) < 0.1)
        X["f"], X["g"] = with_missing(rng.poisson(1, n), rng.random(n) < 0.05), rng.exponential(9, n).round()
        X["h"] = rng.random(n) < 0.5
        n_false += bool(Decoded(X, n_rows=1).relations)
    assert n_false <= 1


def test_relations_have_a_representation_with_their_support():
    assert repr(Inequality("a", "b", strict=True)) == "Inequality(low='a', high='b', strict=True)"
    assert repr(Sum("t", ["a", "b"], support=30)) == "Sum(total='t', parts=['a', 'b'], support=30)"


def test_equality_of_relations_does_not_depend_on_their_support():
    assert OneHot(["a", "b"], support=3) == OneHot(["a", "b"]) != OneHot(["b", "a"])


def chain(n=600, seed=0):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 100, n)
    b = a + rng.integers(0, 30, n)
    return pd.DataFrame({"c": b + rng.integers(1, 30, n), "a": a, "b": b, "x": rng.normal(size=n)})


def test_chains_are_kept_in_one_order():
    decoded = Decoded(chain())
    assert decoded.relations == [Inequality("a", "b"), Inequality("b", "c", strict=True)]
    assert (decoded.table.a <= decoded.table.b).all() and (decoded.table.b < decoded.table.c).all()


def test_a_column_may_have_several_lower_bounds():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=500), "b": rng.normal(size=500)})
    X["c"] = X.max(axis=1) + rng.exponential(0.3, 500)
    decoded = Decoded(X)
    assert (decoded.table.c > decoded.table[["a", "b"]].max(axis=1)).all() and len(decoded.relations) == 2


def test_generated_differences_stay_within_the_observed_range_of_the_column():
    X = chain()
    table = Decoded(X).table
    assert all(table[name].between(X[name].min(), X[name].max()).all() for name in X)


def test_a_column_that_differs_little_from_its_bound_keeps_its_own_features():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"few": rng.integers(0, 6, 800)})
    X["many"] = np.where(X.few > 0, rng.integers(6, 200, 800) * 50, rng.integers(0, 3, 800) * 50)
    decoded = Decoded(X)
    assert decoded.relations == [Inequality("few", "many")] and decoded.encoder.layout_.n_numbers == 2
    assert (decoded.table.few <= decoded.table.many).all() and decoded.table.many.isin(X.many).all()


def test_a_bound_may_be_looked_up():
    rng = np.random.default_rng(0)
    product = rng.integers(0, 9, 600)
    X = pd.DataFrame({"product": [f"p{p}" for p in product], "price": 10.0 + product * 7})
    X["cost"] = X.price - rng.exponential(5, 600).clip(0, 9).round(2)
    listed = [FixedCombinations(["product", "price"]), Inequality("cost", "price")]
    table = Decoded(X, relations=listed).table
    assert (table.cost <= table.price).all()
    assert combinations_of(table, ["product", "price"]) <= combinations_of(X, ["product", "price"])


def test_relations_between_columns_of_a_combination_hold_already():
    rng = np.random.default_rng(0)
    band = rng.integers(0, 6, 300)
    X = pd.DataFrame({"band": [f"b{b}" for b in band], "low": band * 10, "high": band * 10 + 9})
    listed = [FixedCombinations(["band", "low", "high"]), Inequality("low", "high", strict=True)]
    assert Decoded(X, relations=listed).n_breaches() == 0


def test_a_missing_source_does_not_determine_other_columns():
    rng = np.random.default_rng(0)
    city = rng.integers(0, 12, 600)
    X = pd.DataFrame({"city": [f"c{c}" for c in city], "country": [f"l{c // 4}" for c in city]})
    X["city"] = X.city.mask(rng.random(600) < 0.3)
    X["country"] = X.country.mask(rng.random(600) < 0.2)
    table = Decoded(X).table
    assert table.country[table.city.isna()].nunique() == 3
    assert combinations_of(table, ["city", "country"]) <= combinations_of(X, ["city", "country"])


def test_copies_of_rows_are_no_evidence():
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 4)), columns=list("abcd"))
    assert Decoded(pd.concat([X, X, X], ignore_index=True)).relations == []


def test_a_code_beside_its_one_hot_group_agrees_with_it():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=400), "code": rng.integers(0, 4, 400)})
    decoded = Decoded(X.join(pd.get_dummies(X.code, prefix="is")))
    hot = [f"is_{c}" for c in range(4)]
    assert decoded.relations == [FixedCombinations(["code", *hot]), OneHot(hot)]
    assert (decoded.table[hot].to_numpy().argmax(axis=1) == decoded.table.code).all()


def test_a_count_of_indicators_is_a_sum():
    rng = np.random.default_rng(0)
    X = pd.DataFrame((rng.random((400, 3)) < 0.4).astype(int), columns=list("abc")).assign(x=rng.normal(size=400))
    X["n"] = X.a + X.b + X.c
    decoded = Decoded(X)
    assert Sum("n", list("abc")) in decoded.relations and decoded.n_breaches() == 0


def test_a_computed_column_does_not_determine_combinations():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.integers(0, 60, 300), "b": rng.integers(0, 60, 300)}).assign(t=lambda X: X.a + X.b)
    X["grade"] = np.where(X.t < 40, "low", np.where(X.t < 80, "mid", "high"))
    assert Decoded(X).relations == [Sum("t", ["a", "b"])]
    total, grade = Sum("t", ["a", "b"]), FixedCombinations(["t", "grade"])
    for listed in ([total, grade], [grade, total]):
        with pytest.raises(ValueError, match="cannot be kept beside"):
            Decoded(X, relations=listed)


@pytest.mark.parametrize("make", [FixedCombinations, OneHot, MissingTogether, lambda name: Sum("t", name)])
def test_a_name_in_place_of_a_list_is_refused(make):
    with pytest.raises(TypeError, match=r"to be a list of column names, got 'price'\. Put the names into a list"):
        make("price")


def test_a_negative_tolerance_is_refused():
    with pytest.raises(ValueError, match="number of at least 0, got -1"):
        Sum("t", ["a", "b"], tolerance=-1)


@pytest.mark.parametrize("is_listed", [False, True])
def test_two_columns_may_determine_the_same_column(is_listed):
    rng = np.random.default_rng(0)
    country = rng.integers(0, 4, 900)
    X = pd.DataFrame({"city": country * 6 + rng.integers(0, 6, 900), "phone": country * 3 + rng.integers(0, 3, 900)})
    X = X.astype(str).assign(country=[f"land {c}" for c in country])
    pairs = [FixedCombinations(["city", "country"]), FixedCombinations(["phone", "country"])]
    decoded = Decoded(X, relations=pairs if is_listed else "auto")
    table = decoded.table
    assert decoded.relations == pairs
    for pair in (["city", "country"], ["phone", "country"]):
        assert combinations_of(table, pair) <= combinations_of(X, pair)
    assert table.phone.nunique() == 12 and table.city.nunique() == 24


def test_many_categories_agree_with_the_column_that_they_determine():
    rng = np.random.default_rng(0)
    street = rng.integers(0, 300, 3_000)
    X = pd.DataFrame({"street": [f"s{s}" for s in street], "town": [f"t{s % 10}" for s in street]})
    decoded = Decoded(X, n_rows=2_000)
    assert combinations_of(decoded.table, ["street", "town"]) <= combinations_of(X, ["street", "town"])
    assert decoded.table.town.nunique() == 10 and decoded.table.street.nunique() > 200


def test_a_value_is_missing_beside_a_value_with_which_it_was_always_missing():
    rng = np.random.default_rng(0)
    land = rng.integers(0, 4, 400)
    X = pd.DataFrame({"city": land * 3 + rng.integers(0, 3, 400), "phone": land * 2 + rng.integers(0, 2, 400)})
    X = X.astype(str).assign(country=[f"l{k}" for k in land])
    X["phone"] = X.phone.mask(land == 3)
    table = Decoded(X, relations=[FixedCombinations([name, "country"]) for name in ("city", "phone")]).table
    assert table.phone[table.country == "l3"].isna().all() and table.phone[table.country == "l1"].notna().any()


def test_generated_differences_that_look_like_codes_do_not_warn():
    rng = np.random.default_rng(0)
    start, codes = rng.integers(0, 5000, 2000), rng.choice(np.arange(100, 1000), 40, replace=False)
    decoded = Decoded(pd.DataFrame({"start": start, "end": start + rng.choice(codes, 2000)}))
    assert decoded.relations == [Inequality("start", "end", strict=True)]


@pytest.mark.parametrize("empty", [["a"], ["b"], ["a", "b"]])
def test_a_listed_inequality_may_apply_to_no_row(empty):
    X = pd.DataFrame({"a": np.arange(100.0), "b": np.arange(100.0) + 1, "x": np.arange(100.0)})
    X[empty] = np.nan
    table = Decoded(X, relations=[Inequality("a", "b")]).table
    assert table[empty].isna().all(axis=None) and table.drop(columns=empty).notna().all(axis=None)


@pytest.mark.parametrize("bound", [1e30, -1e30])
def test_integers_may_be_bounded_by_numbers_beyond_their_range(bound):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"few": rng.integers(0, 60, 100), "far": bound * (1 + rng.random(100))})
    relation = Inequality("few", "far") if bound > 0 else Inequality("far", "few")
    table = Decoded(X, relations=[relation]).table
    assert table.few.between(0, 60).all()


def test_listed_combinations_of_independent_columns_are_the_observed_ones():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {"size": rng.choice([35, 36, 37, 38], 80), "color": rng.choice(["red", "blue", "green", None], 80)}
    )
    X = X[~((X["size"] == 35) & (X.color == "red"))]
    table = Decoded(X, relations=[FixedCombinations(["size", "color"])]).table
    assert combinations_of(table, ["size", "color"]) == combinations_of(X, ["size", "color"])
    assert table.color.isna().any()


@pytest.mark.parametrize("dtype", ["int64", "float32", "float64", "Int64"])
def test_sums_have_the_type_of_their_total(dtype):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.integers(0, 90, 400), "b": rng.integers(5, 900, 400)}).assign(x=rng.normal(size=400))
    X["t"] = (X.a + X.b).astype(dtype)
    decoded = Decoded(X)
    assert decoded.relations == [Sum("t", ["a", "b"])] and decoded.table.t.dtype == dtype
    assert (decoded.table.a + decoded.table.b == decoded.table.t).all()


@pytest.mark.parametrize("is_listed", [False, True])
def test_a_total_may_be_the_bound_of_another_column(is_listed):
    rng = np.random.default_rng(0)
    low, width = rng.normal(10, 5, 500).round(1), rng.exponential(6, 500).round(1) + 0.1
    X = pd.DataFrame({"low": low, "width": width.round(1), "high": (low + width).round(1)})
    X["mean"] = (low + width * rng.uniform(0, 1, 500)).round(1)
    relations = [Sum("high", ["low", "width"]), Inequality("low", "mean"), Inequality("mean", "high")]
    decoded = Decoded(X, relations=relations if is_listed else "auto")
    assert [type(relation) for relation in decoded.relations] == [Sum, Inequality, Inequality]
    assert decoded.n_breaches() == 0 and (decoded.table.width > 0).all()


def test_a_difference_is_a_sum():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"gross": rng.lognormal(5, 1, 400).round(2)})
    X["net"] = (X.gross * rng.uniform(0.5, 0.9, 400)).round(2)
    X["tax"] = (X.gross - X.net).round(2)
    decoded = Decoded(X)
    assert Sum("gross", ["net", "tax"]) in decoded.relations
    assert ((decoded.table.net + decoded.table.tax).round(2) == decoded.table.gross).all()


@pytest.mark.parametrize("places", [0, 2])
@pytest.mark.parametrize("is_listed", [False, True])
def test_a_sum_may_have_many_parts(places, is_listed):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.lognormal(3, 1, (300, 4)).round(places), columns=list("abcd"))
    X["t"], X["x"] = X.sum(axis=1).round(places), rng.normal(size=300)
    decoded = Decoded(X, relations=[Sum("t", list("abcd"))] if is_listed else "auto")
    assert decoded.relations == [Sum("t", list("abcd"))] and decoded.n_breaches() == 0


def test_equal_columns_are_sums_of_one_part():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=200)}).assign(b=lambda X: X.a, c=rng.normal(size=200))
    decoded = Decoded(X)
    assert decoded.relations == [Sum("b", ["a"])] and (decoded.table.a == decoded.table.b).all()


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
@pytest.mark.parametrize("is_duration", [False, True])
def test_a_date_is_the_sum_of_a_date_and_a_number_of_days(unit, is_duration):
    rng = np.random.default_rng(0)
    nights = rng.geometric(0.2, 500)
    arrival = pd.Series(pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 300, 500), unit="D"))
    stay = pd.Series(pd.to_timedelta(nights, unit="D"))
    X = pd.DataFrame({"arrival": arrival.dt.as_unit(unit), "departure": (arrival + stay).dt.as_unit(unit)})
    X["nights"] = stay.dt.as_unit(unit) if is_duration else nights
    decoded = Decoded(X)
    assert decoded.relations[0] == Sum("departure", ["arrival", "nights"])
    assert Inequality("arrival", "departure", strict=True) in decoded.relations
    nights = decoded.table.nights if is_duration else pd.to_timedelta(decoded.table.nights, unit="D")
    assert (decoded.table.arrival + nights == decoded.table.departure).all()
    assert (decoded.table.departure - decoded.table.arrival >= timedelta(days=1)).all()


def test_relations_hold_for_codes_of_dates():
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 600, 500), unit="D")
    end = start + pd.to_timedelta(rng.integers(0, 40, 500), unit="D")
    X = pd.DataFrame({"start": start.strftime("%Y%m%d").astype(int), "end": end.strftime("%Y%m%d").astype(int)})
    decoded = Decoded(X)
    assert decoded.relations == [Inequality("start", "end")] and (decoded.table.start <= decoded.table.end).all()
    pd.to_datetime(decoded.table.end.astype(str), format="%Y%m%d")  # raises for an invalid date


@pytest.mark.parametrize("as_table", [lambda X: X.to_numpy(), lambda X: X.to_numpy().tolist()])
def test_columns_of_arrays_are_named_by_position(as_table):
    decoded = Decoded(as_table(chain().drop(columns="x")), relations=[Inequality(1, 2), Inequality(-1, 0, strict=True)])
    table = np.asarray(decoded.table)
    assert (table[:, 1] <= table[:, 2]).all() and (table[:, 2] < table[:, 0]).all()


def test_frames_of_all_libraries_keep_relations(in_library, as_pandas):
    rng = np.random.default_rng(0)
    columns, _ = plant_total(500, rng, lambda: rng.random(500) < 0.1)
    X = pd.concat(
        [pd.DataFrame(columns), pd.DataFrame(plant_cities(500, rng, lambda: np.zeros(500, dtype=bool))[0])], axis=1
    )
    decoded = Decoded(in_library(X.astype({"city": str})))
    table = as_pandas(decoded.table)
    assert {type(relation) for relation in decoded.relations} == {Sum, FixedCombinations}
    complete = table.dropna(subset=["price", "fee", "total"])
    assert ((complete.price + complete.fee).round(2) == complete.total).all() and len(complete) < len(table)
    assert decoded.n_breaches() == 0


N = pd.DataFrame(
    {"a": [1, 2, 3, 4], "b": [2, 1, 4, 5], "c": ["u", "v", "u", "v"], "d": [0, 1, 0, 1], "e": [1, 0, 1, 1]}
)


@pytest.mark.parametrize(
    ("relations", "message"),
    [
        ([Inequality("a", "b")], r"Expected every row.*found 1 row\(s\).*row 1: 'a' is 2, 'b' is 1\. Correct or drop"),
        ([OneHot(["d", "e"])], r"found 1 row\(s\).*row 3: 'd' is 1, 'e' is 1"),
        ([Sum("b", ["a", "d"])], "found 3 row.*row 0: 'b' is 2, 'a' is 1, 'd' is 0"),
        ([Inequality("a", "c")], "Expected numeric or datetime columns.*'c': category.*Convert the columns, or remove"),
        ([OneHot(["a", "d"])], "Expected columns of 0 and 1, or of booleans.*'a': number"),
        ([Inequality("a", "z")], r"got 'z', which is not a column.*its 5 columns: 'a', 'b', 'c', 'd', 'e'"),
        ([FixedCombinations(["a", "a"])], "two or more different columns"),
        ([FixedCombinations(["a"])], "two or more different columns"),
        (["a<b"], "an item 'a<b'.*Pass a list such as"),
        (
            [Sum("b", ["a"], tolerance=9), Sum("a", ["b"], tolerance=9)],
            "cannot be kept beside.*column 'a' follows",
        ),
    ],
)
def test_relations_that_cannot_be_kept_are_refused(relations, message):
    with pytest.raises(ValueError, match=message):
        Decoded(N, relations=relations)


def test_broken_joint_missingness_is_shown():
    X = pd.DataFrame({"a": [1.0, np.nan, 3, np.nan], "b": [1.0, np.nan, 3, 4]})
    with pytest.raises(ValueError, match=re.escape("row 3: 'a' is missing, 'b' is 4.0")):
        Decoded(X, relations=[MissingTogether(["a", "b"])])


def test_no_relations_are_kept_without_any(make_sampler):
    assert Decoded(chain(), relations=None).relations == [] == Decoded(chain(), relations=[]).relations
