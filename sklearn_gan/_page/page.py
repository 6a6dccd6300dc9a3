"""Page: a report as one HTML file."""

import re
import tempfile
import webbrowser
from base64 import b64encode
from functools import cache, cached_property
from hashlib import sha256
from html import escape
from importlib.resources import files
from importlib.util import find_spec
from os import PathLike
from pathlib import Path

from sklearn.utils._optional_dependencies import check_matplotlib_support

from sklearn_gan._page.findings import Light
from sklearn_gan._runtime.files import replacing

TEMPLATES = files("sklearn_gan._page") / "templates"
FRAME_HEIGHT = 700  # pixels in a notebook


class Page:
    """Base class of reports that are shown as one HTML page.

    Subclasses define `_template`, the name of a template, and `_content`, the dict of values it shows. All values are
    escaped.

    Attributes
    ----------
    command_line : str or None
        Command that writes this page, to show in place of Python code. None, unless the command line sets it.
    """

    command_line = None

    def to_html(self) -> str:
        """Return the page as text.

        Returns
        -------
        html : str
            A complete document that loads nothing from the network.
        """
        return self._html

    @cached_property
    def _html(self):
        assets = {"style": _read("page.css"), "script": _read("page.js")}
        hashes = {f"{name}_hash": _hash(text) for name, text in assets.items()}
        template = _environment().get_template(self._template)
        return template.render(command_line=self.command_line, **assets, **hashes, **self._content)

    def write_html(self, path: str | PathLike[str]) -> None:
        """Write the page to one file, which works without a network.

        Parameters
        ----------
        path : str or path-like
            Destination. An existing file is replaced once the new one is complete.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        page = self.to_html().encode("utf-8", "replace")
        with replacing(path) as file:
            file.write(page)

    def open(self) -> None:
        """Open the page in a browser.

        The page is written to a temporary file that only the current user can read. It is not deleted, because the
        browser reads it later.
        """
        with tempfile.NamedTemporaryFile(prefix="sklearn_gan_", suffix=".html", delete=False) as file:
            file.write(self.to_html().encode("utf-8", "replace"))
        webbrowser.open(Path(file.name).as_uri())

    def _repr_html_(self):
        # The frame keeps styles, identifiers and scripts of the page apart from those of the notebook.
        return (
            f'<iframe srcdoc="{escape(self.to_html())}" title="{escape(type(self).__name__)}" sandbox="allow-scripts" '
            f'width="100%" height="{FRAME_HEIGHT}" style="border:1px solid #8886"></iframe>'
        )


def check_page_support(caller):
    """Raise if a package that pages require is not installed."""
    check_matplotlib_support(caller)
    if find_spec("jinja2") is None:
        raise ImportError(
            f"Expected Jinja2 to be installed for {caller}, found no such package. Install it with "
            '`pip install "sklearn-gan[report]"`.'
        )


@cache
def _environment():
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("sklearn_gan._page")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["with_code"] = _with_code
    environment.globals["Light"] = Light
    return environment


def _with_code(text):
    """Return text as markup, with names in backticks as code."""
    from jinja2.utils import markupsafe

    return markupsafe.Markup(re.sub(r"`(\w+)`", r"<code>\1</code>", escape(text)))


def _read(name):
    """Return a style sheet or a script."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text):
    """Return the hash by which the page's security policy permits a style sheet or a script, and no other."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
