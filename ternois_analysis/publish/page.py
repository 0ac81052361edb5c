"""An executed notebook as one HTML file that needs nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ternois_analysis.display import theme
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory.checks import Check
from ternois_analysis.publish import document, evidence, layout, outside
from ternois_analysis.publish.cited import cited

#: A page is to be sent by e-mail and opened on a telephone.
LARGEST = 2_000_000
TEMPLATE = "page.html.j2"


@dataclass(frozen=True)
class PageFacts:
    """What a page says of its making, beside its content.

    Parameters
    ----------
    page : str
        The notebook's name without suffix.
    territory, label : str
        Identifier and name of the territory.
    sources : tuple of mappings
        Facts of the files used, as `Observatory.sources_used` gives them.
    commit : str
        Of the code; empty if unknown.
    made : str
        ISO date and time of the run.
    provisional : bool
        Whether the quarter is not frozen yet.
    faults : tuple of Check
        Faults of the sources with which the run was forced.
    """

    page: str
    territory: str
    label: str
    quarter: str
    audience: str
    sources: tuple[Mapping[str, Any], ...]
    commit: str
    made: str
    provisional: bool
    faults: tuple[Check, ...] = ()


def faults_of(notebook: Mapping[str, Any], facts: PageFacts) -> tuple[str, ...]:
    """The faults that touch a page, each in a French sentence: those of the sources it prints."""
    names = evidence.sources_of(notebook)
    return tuple(fault.told() for fault in facts.faults if fault.touches(names))


def render(notebook: Mapping[str, Any], facts: PageFacts) -> str:
    """The page of an executed notebook: one HTML text, its code left out.

    Parameters
    ----------
    notebook : NotebookNode
        Executed without error.
    facts : PageFacts

    Raises
    ------
    ReportError
        If an output of the notebook would load anything from elsewhere.
    """
    content = document.read(notebook, otherwise=facts.page)
    html = layout.template(TEMPLATE).render(
        document=content,
        body=Markup(content.body),  # noqa: S704 - made of escaped texts and of the page's own blocks
        facts=facts,
        figures=Markup(theme.stylesheet()),  # noqa: S704 - a file of this project
        synthetic=evidence.is_synthetic(notebook),
        sources=cited(facts.sources, evidence.sources_of(notebook)),
        faults=faults_of(notebook, facts),
    )
    reached = outside.addresses(html)
    if reached:
        raise ReportError(
            explain(
                f"{facts.page} would load from elsewhere",
                expected="a page whole in one file",
                found=reached[:5],
                do="Show a block of `ta.page`, or put the file in the page.",
            )
        )
    return html
