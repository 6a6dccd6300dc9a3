"""The page: values are text, nothing is loaded, and everyone can read it."""

import base64
import hashlib
import re
import time
import webbrowser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from sklearn_gan import ResamplingReport
from sklearn_gan._page.page import TEMPLATES

from .conftest import fit, make_table

STYLE, SCRIPT = ((TEMPLATES / name).read_text() for name in ("page.css", "page.js"))
NAMES = ("</style><script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "'{{ 7 * 7 }}&lt;$x$\n")
CITIES = ("</script><svg onload=alert(3)>", "<b>]]>--></b>")
LABELS = ("<i>no</i>", '<i>yes"onclick=alert(4)</i>')


@pytest.fixture(scope="module")
def hostile():
    """The page of a table whose names, categories and classes are HTML, and the page of the same table without."""
    pages = []
    for names in ({}, {"names": NAMES, "cities": CITIES, "labels": LABELS}):
        X, y = make_table(**names)
        holdout = make_table(100, **names)
        pages.append(ResamplingReport(fit(X, y, n_candidates=1), X, y, holdout=holdout).to_html())
    return pages[1], pages[0]


def test_values_that_are_html_add_no_tags_and_no_attributes(hostile, parse):
    structures = [[(tag, list(attributes)) for tag, attributes in parse(page).tags] for page in hostile]
    assert structures[0] == structures[1]


def test_values_that_are_html_are_shown_as_text(hostile, parse):
    tags = parse(hostile[0])
    shown = {" ".join(text.split()) for text in tags.text}
    assert {" ".join(name.split()) for name in (*NAMES, *CITIES, *LABELS)} <= shown
    labels = [attributes["aria-label"] for attributes in tags.find("svg") if "aria-label" in attributes]
    assert any(NAMES[0] in label for label in labels)


def test_the_only_script_and_style_are_those_of_the_package(hostile):
    for page in hostile:
        assert re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL) == [SCRIPT]
        assert re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL) == [STYLE]
        assert page.count("<script") == page.count("<style") == 1


def test_browsers_run_no_other_script_and_load_nothing(report, parse):
    (policy,) = [tag["content"] for tag in parse(report.to_html()).find("meta") if "http-equiv" in tag]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert f"script-src 'sha256-{digest}'" in policy and "unsafe" not in policy


def test_page_has_no_address_outside_itself(report, parse):
    addresses = [
        value for _, tag in parse(report.to_html()).tags for name, value in tag.items() if name in ("src", "href")
    ]
    assert addresses and all(address.startswith(("#", "data:")) for address in addresses)
    assert not re.search(r"url\(|@import|https?:", STYLE + SCRIPT)


def test_svg_images_are_well_formed(report, parse):
    prefix = "data:image/svg+xml;base64,"
    sources = [tag["src"].removeprefix(prefix) for tag in parse(report.to_html()).find("img") if prefix in tag["src"]]
    assert sources
    for source in sources:
        ElementTree.fromstring(base64.b64decode(source))


def test_identifiers_are_unique_and_links_have_targets(report, parse):
    tags = parse(report.to_html())
    identifiers = [tag["id"] for _, tag in tags.tags if "id" in tag]
    assert len(identifiers) == len(set(identifiers))
    assert {tag["href"].removeprefix("#") for tag in tags.find("a")} <= set(identifiers)
    assert {tag["aria-labelledby"] for tag in tags.find("section")} <= set(identifiers)


def test_headings_are_in_order(report, parse):
    levels = [int(tag[1]) for tag, _ in parse(report.to_html()).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_images_say_what_they_show_and_scrolling_regions_are_named_and_focusable(report, parse):
    tags = parse(report.to_html())
    assert all(len(image["alt"].split()) > 5 for image in tags.find("img"))
    regions = [tag for tag in tags.find("div") if "scroll" in (tag.get("class") or "").split()]
    assert regions and all(tag["tabindex"] == "0" and tag["aria-label"] for tag in regions)
    assert all(tag["scope"] in ("row", "col") for tag in tags.find("th"))


def luminance(color):
    channels = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(first, second):
    """Return the contrast ratio of two colours by WCAG 2.2."""
    low, high = sorted(map(luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


PALETTES = [
    dict(re.findall(r"--(\w+): (#\w{6});", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
]
TEXT = ("text", "muted", "link", "good", "look", "problem", "unknown")
GRAPHICS = ("line", "real", "synthetic")


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_light_dark_and_print_have_a_palette_each():
    light, dark, on_paper = PALETTES
    assert light.keys() == dark.keys() == {"page", "panel", *TEXT, *GRAPHICS}
    assert light.items() >= on_paper.items()


@pytest.mark.parametrize("background", ["page", "panel"])
@pytest.mark.parametrize("color", TEXT + GRAPHICS)
def test_contrast_is_that_of_wcag_aa(color, background):
    for palette in PALETTES[:2]:
        assert contrast(palette[color], palette[background]) >= (4.5 if color in TEXT else 3)


def test_colours_are_only_those_of_the_palettes():
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#ffffff"}  # behind images


def test_file_is_the_page(report, tmp_path):
    report.write_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == report.to_html()


def test_names_that_utf_8_cannot_encode_are_written(tmp_path):
    X, y = make_table()
    X.columns = pd.Index(["\ud800", "\0", "名"], dtype=object)
    ResamplingReport(fit(X, y), X, y).write_html(tmp_path / "report.html")
    assert "名" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_open_shows_a_file_that_only_the_user_can_read(report, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    report.open()
    path = Path(url2pathname(urlparse(opened[0]).path))
    assert path.read_text(encoding="utf-8") == report.to_html()
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()


def test_notebooks_show_the_page_in_a_frame_of_its_own(report, parse):
    ((tag, attributes),) = parse(report._repr_html_()).tags
    assert tag == "iframe" and attributes["srcdoc"] == report.to_html()
    assert attributes["sandbox"] == "allow-scripts" and attributes["title"] == "ResamplingReport"


def test_no_figure_stays_open_and_the_style_of_the_user_is_not_used(sampler, table, report):
    from matplotlib import pyplot as plt

    before = plt.get_fignums()
    with plt.style.context("dark_background"):
        assert ResamplingReport(sampler, *table).to_html() == report.to_html()
    assert plt.get_fignums() == before


@pytest.mark.stress
def test_large_table_takes_less_than_20_seconds_and_5_megabytes(tmp_path):
    rng = np.random.default_rng(0)
    y = rng.choice(list("abcd"), 50_000, p=[0.8, 0.1, 0.05, 0.05])
    X = pd.DataFrame(rng.normal(size=(len(y), 50)) + (y != "a")[:, None]).rename(columns=str)
    X = X.assign(**{f"category {place}": rng.choice(list("abcdefgh"), len(y)) for place in range(50)})
    sampler = fit(X, y, max_steps=2)
    start = time.perf_counter()
    ResamplingReport(sampler, X, y, holdout=(X, y)).write_html(tmp_path / "report.html")
    assert time.perf_counter() - start < 20
    assert (tmp_path / "report.html").stat().st_size < 5e6


@pytest.mark.usefixtures("quick_selection")
def test_wide_table_has_a_row_for_each_column_and_a_bounded_size(parse):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(150, 200))).rename(columns=str)
    y = np.repeat([0, 1], [100, 50])
    page = ResamplingReport(fit(X, y, max_steps=2), X, y).to_html()
    assert sum("data-light" in tag for tag in parse(page).find("tr")) == 200
    assert len(page) < 1.5e6
