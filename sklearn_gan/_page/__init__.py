"""Self-contained HTML pages: templates, figures and findings. Pages work without a network."""

from sklearn_gan._page.figures import Image, draw_image
from sklearn_gan._page.findings import GRADES, Finding, Light, worst_of
from sklearn_gan._page.page import Page, check_page_support
from sklearn_gan._page.recipe import describe_seed, versions_of, write_arguments, write_value

__all__ = [
    "GRADES",
    "Finding",
    "Image",
    "Light",
    "Page",
    "check_page_support",
    "describe_seed",
    "draw_image",
    "versions_of",
    "worst_of",
    "write_arguments",
    "write_value",
]
