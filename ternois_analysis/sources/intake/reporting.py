"""Templates of the reports for those who sent a file: everything escaped, French numbers."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ternois_analysis import french

if TYPE_CHECKING:
    import jinja2

#: Headings of findings by severity.
SEVERITIES = {"E": "À corriger", "W": "À vérifier", "I": "Pour information"}


#: Line numbers listed of a finding, at most.
_LINES = 40


def checked(
    findings: pd.DataFrame, known: Mapping[str, Any], actions: Mapping[str, str]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """What was found in a file, under the heading of each severity.

    Parameters
    ----------
    findings : DataFrame
        Columns check and line, one row a finding.
    known : mapping
        The checks of the catalogue by name: title, remedy, action, severity.
    actions : mapping of str to str
        What was done of a line, in French, by action.
    """
    found = [
        (
            known[str(name)].severity,
            {
                "id": name, "title": known[str(name)].title, "remedy": known[str(name)].remedy,
                "action": actions[known[str(name)].action], "count": lines.nunique(),
                "lines": listed(lines, " ; "),
            },
        )
        for name, lines in findings.groupby("check", sort=True)["line"]
    ]  # fmt: skip
    return [
        (title, [row for level, row in found if level == severity])
        for severity, title in SEVERITIES.items()
    ]


def listed(lines: pd.Series, between: str) -> str:
    """The first lines of a finding, each once, and how many more there are."""
    different = list(dict.fromkeys(lines))
    more = len(different) - _LINES
    text = between.join(different[:_LINES])
    return f"{text} et {french.number(more)} autres" if more > 0 else text


@lru_cache(maxsize=4)
def template(folder: Path) -> "jinja2.Template":
    """The template `report.html.j2` of a folder."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"typeset": french.typeset, "n": french.number, "date": french.date}
    return environment.get_template("report.html.j2")
