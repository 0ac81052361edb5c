"""How the documentation is built: Markdown and docstrings to pages that open from a disk.

`make docs` builds it, `tests/test_docs.py` builds it with every warning an error.
"""

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from ternois_docs import catalogue, commands, python_api  # noqa: E402

project = "ternois-analysis"
author = "Pays du Ternois"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
# English is the language of most pages; each word of a French one is found as it is written.
language = "en"
highlight_language = "none"

myst_heading_anchors = 3
myst_links_external_new_tab = False

# Docstrings write code between single backticks, as Markdown does.
default_role = "code"
add_module_names = False
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_preprocess_types = False

html_theme = "furo"
html_title = "Observatoire du Pays du Ternois"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
# A browser lets no page opened from a disk fetch another: summaries would say « Failed to fetch ».
html_show_search_summary = False
html_theme_options = {
    "footer_icons": [],
    "source_edit_link": "",
    "source_view_link": "",
}


#: Pages at the root of the project, which the site shows too.
_ROOT = ("architecture", "contributing", "changelog")


def _root_pages() -> dict[str, str]:
    """The pages of the root, their links to one another followed."""
    pages = {}
    for name in _ROOT:
        text = (HERE.parent / f"{name.upper()}.md").read_text(encoding="utf-8")
        for other in _ROOT:
            text = text.replace(f"]({other.upper()}.md)", f"]({other}.md)")
        pages[name] = text
    return pages


def _generate() -> None:
    """Write the pages of reference that the catalogue, the command line and the code hold."""
    folder = HERE / "generated"
    folder.mkdir(exist_ok=True)
    made = _root_pages() | catalogue.pages() | commands.pages() | python_api.pages()
    for name, text in made.items():
        path = folder / f"{name}.md"
        # An unchanged page keeps its date, so that a second build reads only what changed.
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Any) -> None:
    """Make the generated pages before Sphinx looks for its sources."""
    app.connect("config-inited", lambda app, config: _generate())
