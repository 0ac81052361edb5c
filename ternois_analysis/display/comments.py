"""An author's comment as a block: signed, escaped, and held to the figures that it cites."""

import difflib
import re
from functools import lru_cache

import pandas as pd
from markdown_it import MarkdownIt

from ternois_analysis import catalog, french
from ternois_analysis.catalog.comments import SECTIONS, Citation, Comment, comment, unplaced
from ternois_analysis.display import perimeter, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, written
from ternois_analysis.errors import TerritoryError

#: How the title of every block of this module begins.
_COMMENT = "Commentaire"
_UNREADABLE = "Le commentaire comments/{place}/{section}.md n’a pas été lu : {why}."
_WITHHELD = (
    "Commentaire non montré à ce public : il cite un chiffre couvert par le secret statistique."
)


def block(material: Material, section: str) -> Block | None:
    """The comment of the territory at a section; None where nobody wrote one.

    A comment of a later quarter is only announced. One that cites a figure which the audience may
    not see is not shown. A file that cannot be read, or a citation that cannot be followed, is
    said in the block.

    Raises
    ------
    ReportError
        For an unknown section.
    """
    found = comment(material.place.id, section)
    if found is None:
        return None
    title = f"{_COMMENT} : {SECTIONS[section]}"
    if found.problem:
        why = _UNREADABLE.format(place=material.place.id, section=section, why=found.problem)
        return perimeter.paragraphs(title, [why])
    if found.quarter > str(material.observatory.quarter):
        late = f"Un commentaire écrit pour {french.quarter(found.quarter)} n’est pas montré ici."
        return perimeter.paragraphs(title, [late])
    return _shown(material, found, title)


def _shown(material: Material, found: Comment, title: str) -> Block:
    checked = [_checked(material, citation) for citation in found.cites]
    if any(hidden for _, _, hidden in checked):
        return perimeter.paragraphs(title, [_WITHHELD])
    warnings = [text for text, _, _ in checked if text]
    tables = [rows for _, rows, _ in checked if len(rows)]
    values = pd.concat(tables, ignore_index=True) if tables else perimeter.nothing()
    values = values.drop_duplicates(["territory", "indicator", "category", "period"])
    signed = f"{found.author}, {french.date(found.date)}, pour {french.quarter(found.quarter)}"
    if found.quarter < str(material.observatory.quarter):
        signed += ", repris ce trimestre"
    flags = "".join(
        f"<p><strong>{_rendered(french.typeset(text))}</strong></p>" for text in warnings
    )
    html = flags + _parser().render(french.typeset(found.text))
    note = "Ce texte engage son auteur ; les chiffres qu’il cite sont comparés à ceux du trimestre."
    caption = Caption(title, signed, source=words.credit(values), note=note)
    return compose("text", caption, values, alt="", html=html)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """Paragraphs, lists, bold and italic; all the rest, HTML and links too, is printed as text."""
    return MarkdownIt("zero", {"html": False}).enable(["list", "emphasis"])


def _rendered(text: str) -> str:
    """One line of text, escaped and not interpreted."""
    return str(MarkdownIt("zero").renderInline(text))


def _checked(material: Material, citation: Citation) -> tuple[str, pd.DataFrame, bool]:
    """What is wrong with a citation, the value it is held to, and whether that is hidden."""
    nothing = perimeter.nothing()
    entry = catalog.indicators().get(citation.indicator)
    if entry is None:
        near = difflib.get_close_matches(citation.indicator, catalog.indicators(), 1)
        hint = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
        return f"Indicateur cité inconnu : « {citation.indicator} ».{hint}", nothing, False
    if entry.computed:
        return f"Chiffre cité impossible à suivre : {entry.short}.", nothing, False
    try:
        place = (
            material.observatory.territory(citation.territory)
            if citation.territory else material.place
        )  # fmt: skip
    except TerritoryError:
        return f"Territoire cité inconnu : « {citation.territory} ».", nothing, False
    rows = material.observatory.values([place], [citation.indicator])
    rows = rows[rows["category"] == citation.category]
    if rows.empty:
        told = f"« {citation.category} »" if citation.category else "sans catégorie"
        return f"Chiffre cité inconnu : {entry.short}, {told}.", nothing, False
    row = rows.iloc[-1]
    if row["status"] == "s":
        return "", nothing, True
    now = cell(row, entry, unit=True)
    accepted = {_bare(now)}
    if row["status"] == "ok":
        accepted.add(_bare(written(row["value"], entry, unit=False)))
    if _bare(citation.text) in accepted:
        return "", rows.tail(1), False
    whose = "" if place.id == material.place.id else f", {place.short}"
    text = f"Le chiffre cité a changé ({entry.short}{whose}) : {citation.text} → {now}."
    return text, rows.tail(1), False


def _bare(text: str) -> str:
    """A number as compared: without blanks, its sign and its apostrophes made plain."""
    plain = re.sub(r"\s", "", text).replace(french.MINUS, "-").replace("–", "-")
    return plain.replace("’", "'").removeprefix("+")


def left_over(material: Material) -> Block | None:
    """The files in the territory's folder that no section shows; None when there is none."""
    names = unplaced(material.place.id)
    if not names:
        return None
    known = french.listing([f"{section}.md" for section in SECTIONS])
    text = (
        f"Fichiers du dossier comments/{material.place.id} qu’aucune section ne montre : "
        f"{french.listing(names)}. Noms attendus : {known}."
    )
    return perimeter.paragraphs(f"{_COMMENT}s sans section", [text])


def by_author(found: Block) -> bool:
    """Whether a block is an author's, or about authors' files: it is no figure nor message."""
    return found.kind == "text" and found.title.startswith(_COMMENT)
