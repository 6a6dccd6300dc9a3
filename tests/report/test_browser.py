"""The page in a browser: sorting, filters and tabs by keyboard, screens and paper, and no code but its own."""

import numpy as np
import pytest

from sklearn_gan import ResamplingReport

from .conftest import fit, make_table
from .test_page import CITIES, LABELS, NAMES
from .webdriver import open_browser, reason_to_skip

pytestmark = pytest.mark.skipif(reason_to_skip() is not None, reason=str(reason_to_skip()))
ROWS = "[...document.querySelectorAll('#columns-table tbody tr')].filter(row => row.checkVisibility())"
COLUMN = f"return {ROWS}.map(row => row.cells[{{}}].textContent)"
PANELS = "return [...document.querySelectorAll('#plane .tabs > *')].map(panel => panel.checkVisibility())"


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the pages of tables of three classes, of HTML and of many columns, and of a notebook."""
    folder = tmp_path_factory.mktemp("pages")
    X, y = make_table()
    y[:20] = "maybe"
    report = ResamplingReport(fit(X, y, n_candidates=1), X, y)
    report.write_html(folder / "page.html")
    (folder / "notebook.html").write_text(f"<!DOCTYPE html><title>-</title>{report._repr_html_()}", encoding="utf-8")
    X, y = make_table(names=NAMES, cities=CITIES, labels=LABELS)
    ResamplingReport(fit(X, y, n_candidates=1), X, y).write_html(folder / "hostile.html")
    X, y = np.random.default_rng(0).normal(size=(80, 40)) * 1_000, np.repeat(["no", "yes"], [60, 20])
    ResamplingReport(fit(X, y), X, y).write_html(folder / "wide.html")
    return folder


def test_columns_are_sorted_by_keyboard(browser, folder):
    browser.show(folder / "page.html")
    for order in ("ascending", "descending"):
        browser.press("#columns-table th:first-child button", "Enter")
        names = browser.run(COLUMN.format(0))
        assert names == sorted(names, reverse=order == "descending")
        assert browser.run("return document.querySelector('#columns-table th').ariaSort") == order
    browser.press("#columns-table th:nth-child(7) button", "Enter")
    distances = list(map(float, browser.run(COLUMN.format(6))))
    assert distances == sorted(distances, reverse=True)


def test_columns_are_filtered_by_name_and_class(browser, folder):
    browser.show(folder / "page.html")
    n_rows = len(browser.run(COLUMN.format(0)))
    browser.press("input[name=text]", "AMOUNT")
    assert set(browser.run(COLUMN.format(0))) == {"amount"}
    browser.press("select[name=group]", "yes")
    assert browser.run(COLUMN.format(1)) == ["yes"]
    assert browser.run("return document.querySelector('output').textContent") == f"1 of {n_rows} rows shown"


def test_tabs_are_chosen_by_arrow_keys(browser, folder):
    browser.show(folder / "page.html")
    assert browser.run(PANELS) == [True, False]
    browser.press("#plane [role=tab]", "ArrowRight")
    assert browser.run(PANELS) == [False, True]
    focused = "const tab = document.activeElement; return [tab.textContent, tab.ariaSelected, tab.tabIndex]"
    name, *state = browser.run(focused)
    assert name.startswith("Class ") and state == ["true", 0]


def test_all_panels_and_rows_are_printed(browser, folder):
    browser.show(folder / "page.html")
    browser.press("input[name=text]", "amount")
    browser.command("Emulation.setEmulatedMedia", media="print")
    assert browser.run(PANELS) == [True, True]
    count = (
        "return [...document.querySelectorAll('#columns-table tbody tr')].filter(row => row.checkVisibility()).length"
    )
    assert browser.run(count) == 6
    browser.command("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("name", ["page.html", "hostile.html", "wide.html"])
@pytest.mark.parametrize("width", [390, 1_440])
def test_page_fits_its_window(browser, folder, width, name):
    browser.show(folder / name, width)
    whole, visible = browser.run("const page = document.documentElement; return [page.scrollWidth, page.clientWidth]")
    assert whole <= visible <= width


@pytest.mark.parametrize("name", ["page.html", "hostile.html", "wide.html"])
def test_page_fits_paper(browser, folder, name):
    browser.show(folder / name, 718)  # A4 without its margins
    browser.command("Emulation.setEmulatedMedia", media="print")
    assert browser.run("return document.documentElement.scrollWidth") <= 718
    browser.command("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("scheme, is_dark", [("dark", True), ("light", False)])
def test_colours_follow_the_preferred_scheme(browser, folder, scheme, is_dark):
    browser.show(folder / "page.html")
    browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    color = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (color == "rgb(15, 19, 24)") == is_dark


@pytest.mark.parametrize("name", ["page.html", "hostile.html"])
def test_page_loads_nothing_and_reports_no_error(browser, folder, name):
    browser.messages()
    browser.show(folder / name)
    loaded = browser.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert all(address.startswith("data:") for address in loaded)
    assert browser.messages() == []


def test_page_of_a_table_of_html_has_no_code_of_the_table(browser, folder):
    browser.show(folder / "hostile.html")  # an alert would make the next command fail
    assert browser.run("return document.scripts.length") == 1
    assert browser.run("return document.querySelectorAll('b, i, [onload], [onerror], [onclick]').length") == 0


def test_page_works_in_the_frame_of_a_notebook(browser, folder):
    browser.show(folder / "notebook.html")
    browser.enter_frame()
    browser.press("input[name=text]", "city")
    assert set(browser.run(COLUMN.format(0))) == {"city"}
