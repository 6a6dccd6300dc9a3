"""The site that `make docs` builds: links, headings and pictures of every page, and its width on a phone."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.report.webdriver import open_browser, reason_to_skip

SITE = Path(__file__).parents[2] / "build" / "docs" / "html"
PAGES = sorted(path for path in SITE.rglob("*.html") if "_static" not in path.parts)
BUILT_BY_SPHINX = ("genindex.html", "search.html", "py-modindex.html")
pytestmark = pytest.mark.skipif(not PAGES, reason="the site is not built; `make docs` builds it")


class Page(HTMLParser):
    """Anchors, links, headings and pictures of a page."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links, self.loaded, self.pictures, self.headings = set(), [], [], [], 0
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs.get("id"), attrs.get("name")} - {None}
        self.headings += tag == "h1"
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        if tag == "img":
            self.pictures.append(attrs)
        if tag in ("img", "script"):
            self.loaded.append(attrs.get("src") or "")
        if tag == "link" and attrs.get("rel") in ("stylesheet", "preload"):
            self.loaded.append(attrs["href"])


read = cache(Page)


def name(path):
    return str(path.relative_to(SITE))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_to_pages_and_anchors_of_the_site(path):
    broken = []
    for link in read(path).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        target = target / "index.html" if target.is_dir() else target
        is_anchor = parts.fragment and target.suffix == ".html" and target.exists()
        if not target.exists() or (is_anchor and unquote(parts.fragment) not in read(target).anchors):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_pages_load_nothing_from_other_hosts(path):
    assert [url for url in read(path).loaded if urlsplit(url).netloc] == []


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in BUILT_BY_SPHINX], ids=name)
def test_each_page_has_one_main_heading_and_describes_its_pictures(path):
    page = read(path)
    assert page.headings == 1
    # Thumbnails stand beside their titles.
    descriptions = [picture.get("alt", "") for picture in page.pictures if "_thumb" not in picture["src"]]
    assert all(len(text) > 10 and not re.search(r"\.(png|svg)$", text) for text in descriptions), descriptions


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


# Texts that reach beyond the window, unless something around them scrolls.
CUT_OFF = """
const scrolls = element => element
    && (getComputedStyle(element).overflowX === "auto" || scrolls(element.parentElement));
return [...document.querySelectorAll("article :is(h1, h2, h3, p, li, dt, figure, img)")]
    .filter(text => text.checkVisibility() && text.getBoundingClientRect().right > innerWidth + 1)
    .filter(text => !scrolls(text.parentElement))
    .map(text => text.textContent.slice(0, 40));
"""


@pytest.mark.skipif(reason_to_skip() is not None, reason=str(reason_to_skip()))
def test_pages_fit_a_phone(browser):
    wide = {}
    for path in PAGES:
        browser.show(path, width=390, height=844)
        width = browser.run("return document.documentElement.scrollWidth")
        cut_off = browser.run(CUT_OFF)
        if width > 390 or cut_off:
            wide[name(path)] = width, cut_off
    assert not wide
