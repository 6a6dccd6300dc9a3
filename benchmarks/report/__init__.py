"""Write the page of results as Markdown, and draw its figures."""

from benchmarks.report.results_page import SECTIONS, draw, page

__all__ = ["SECTIONS", "draw", "page"]
