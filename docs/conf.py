"""How Sphinx makes a site of the documentation: ``make docs``, which fails on every warning, so on every broken link.

The sources are all pages of the repository, where they stand, so that a link leads to the same page on the site as on a
forge. What the paths of the sidebar are, and what is on each, is read from ``index.md``.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx

project = "Dosije"
language = "en"
copyright = "the Dosije authors. AGPL-3.0-or-later"  # noqa: A001 - Sphinx's name
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "**/README.md"]
exclude_patterns = [".*", "build", "tests/indexer"]

extensions = ["myst_parser"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # an answer of a terminal may hold any sign

html_theme = "furo"
html_title = "Dosije"
html_extra_path = ["site"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#17506a",
        "color-brand-content": "#17506a",
        "color-background-primary": "#fbfaf7",
    },
    "dark_css_variables": {
        "color-brand-primary": "#8cc4dc",
        "color-brand-content": "#8cc4dc",
        "color-background-primary": "#16191b",
    },
}


def _add_paths(_app: Sphinx, name: str, source: list[str]) -> None:
    """Make each heading of the first page, with the links of its list, a path of the sidebar."""
    if name == root_doc:
        for section in source[0].split("\n## ")[1:]:
            links = re.findall(r"^- \[(.+?)\]\(([\w./-]+)\.md\)", section, flags=re.MULTILINE)
            pages = "\n".join(f"{title} <{page}>" for title, page in links)
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {section.splitlines()[0]}\n\n{pages}\n```\n"


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _add_paths)
