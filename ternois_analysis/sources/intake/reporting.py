"""Templates of the reports for those who sent a file: everything escaped, French numbers."""

from functools import lru_cache
from pathlib import Path

import jinja2

from ternois_analysis import french

#: Headings of findings by severity.
SEVERITIES = {"E": "À corriger", "W": "À vérifier", "I": "Pour information"}


@lru_cache(maxsize=4)
def template(folder: Path) -> jinja2.Template:
    """The template `report.html.j2` of a folder."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"typeset": french.typeset, "n": french.number, "date": french.date}
    return environment.get_template("report.html.j2")
