"""Self-contained HTML pages: templates, figures and findings. Pages work without a network."""

from sklearn_gan._page.figures import Image, draw_image
from sklearn_gan._page.findings import Finding, Light, worst_of
from sklearn_gan._page.page import Page, check_page_support

__all__ = ["Finding", "Image", "Light", "Page", "check_page_support", "draw_image", "worst_of"]
