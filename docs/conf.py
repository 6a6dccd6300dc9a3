"""Settings of the documentation site; `make docs` builds it into build/docs/html."""

import os
import sys
from pathlib import Path

import sklearn_gan

FOLDER = Path(__file__).parent
sys.path.append(str(FOLDER / "_extensions"))
os.environ["PYTHONPATH"] = str(FOLDER.parent)  # code cells import `benchmarks`
os.environ["OMP_NUM_THREADS"] = "1"  # pages run in parallel

project = "sklearn_gan"
author = copyright = "The sklearn_gan developers"
version = release = sklearn_gan.__version__

extensions = [
    "mathml",
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
html_math_renderer = "mathml"
exclude_patterns = ["_extensions", "gallery/*.ipynb"]  # notebooks of the gallery are for download
default_role = "literal"  # names in single backticks, as in scikit-learn
nitpicky = True
# Inventories of other projects need a network.
nitpick_ignore_regex = [("py:.*", r"(dask|imblearn|numpy|pandas|scipy|sklearn|skorch|torch)\..*")]

# Pages with code cells: each runs in the build, and an error or a warning in a cell ends the build.
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_timeout = 180
nb_execution_raise_on_error = True
nb_output_stderr = "warn"
nb_merge_streams = True

# API reference
autodoc_typehints = "none"
autosummary_generate = True
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "within_subsection_order": "gallery.ReadingOrder",
    "reset_modules": ("matplotlib", "gallery.raise_warnings"),
    "image_srcset": ["2x"],  # for screens of high density
    "ignore_repr_types": r"matplotlib",
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "abort_on_example_error": True,
    "parallel": 2,
    "doc_module": ("sklearn_gan",),
    "backreferences_dir": "gallery/backreferences",
    "reference_url": {"sklearn_gan": None},
}

templates_path = ["_templates"]
html_theme = "pydata_sphinx_theme"
html_title = "sklearn_gan"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navigation_with_keys": False,
    "show_nav_level": 1,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": []}
