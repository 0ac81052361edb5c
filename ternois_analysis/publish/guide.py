"""The guide « Construire et rénover »: what it holds, and its files: page, booklet, sheets."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ternois_analysis import french, paths
from ternois_analysis.catalog.guide import Fiche, fiches, guide
from ternois_analysis.display.block import Block
from ternois_analysis.display.material import material
from ternois_analysis.display.trade_cover import TradeCover
from ternois_analysis.display.wood import Wood
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import trade_cover
from ternois_analysis.observatory.directory import Directory, directory
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.publish import writing

PAGE, BOOKLET, SHEETS = "guide.html", "guide.pdf", "artisans.pdf"
#: Widest gap that may be asked for: beyond, all communes of the Pays are near.
_WIDEST_KM = 100.0


@dataclass(frozen=True, eq=False)
class Guide:
    """All that the guide prints, on a day.

    `communes` is indexed by code: `name`, `latitude`, `longitude`. `maps`, `cover` and `wood` are
    blocks of published values. `businesses` counts the active businesses of the trades, None where
    it is not known.
    """

    label: str
    quarter: str
    on: dt.date
    fiches: tuple[Fiche, ...]
    directory: Directory
    communes: pd.DataFrame
    maps: tuple[Block, ...]
    cover: tuple[Block, ...]
    wood: tuple[Block, ...]
    businesses: int | None

    @property
    def title(self) -> str:
        """Title of the guide."""
        return french.typeset(guide().title)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All its blocks."""
        return (*self.maps, *self.cover, *self.wood)

    @property
    def synthetic(self) -> bool:
        """Whether any of it is invented, for demonstration."""
        return self.directory.synthetic or any(block.synthetic for block in self.blocks)

    @property
    def expired(self) -> list[str]:
        """A French sentence for each source whose date of validity is over."""
        return [
            french.typeset(
                f"Fiche « {fiche.title} » : ce qui vient de « {origin.source} » était valable "
                f"jusqu’au {french.date(origin.valid_until)} : à vérifier."
            )
            for fiche in self.fiches
            for origin in fiche.expired(self.on)
        ]

    def told(self) -> str:
        """How many artisans the directory names, out of how many, or why it names none."""
        shown = self.directory
        if shown.reason:
            return french.typeset(
                f"{shown.reason} L’annuaire ne nomme donc personne : seule la couverture des "
                "métiers est montrée."
            )
        count = len(shown.artisans)
        verb = french.plural(count, "a accepté", "ont accepté")
        text = f"{french.number(count)} {french.plural(count, 'artisan')} {verb} d’être cité"
        text += "s" if count > 1 else ""
        if self.businesses:
            text += (
                f", pour {french.number(self.businesses)} entreprises artisanales actives de ces "
                f"métiers dans le Pays ({french.quantity(100 * count / self.businesses, '%', 1)})"
            )
        return french.typeset(text + ".")


def gather(
    observatory: Observatory,
    on: dt.date,
    *,
    demonstration: bool = False,
    limit_km: float | None = None,
    folder: Path | None = None,
) -> Guide:
    """What the guide prints, checked before anything is written.

    Parameters
    ----------
    observatory : Observatory
        Of the public audience.
    on : date
        Day for which validity, labels and consents are looked at.
    demonstration : bool
        Show the invented artisans.
    limit_km : float, optional
        Distance from which a trade is said to be missing; that of `guide.yml` by default.
    folder : Path, optional
        Of the fiches; `data/guide` by default.

    Raises
    ------
    SchemaError
        If a fiche is not sound.
    ReportError
        If the audience or the distance cannot be, or the demonstration is asked for where a
        genuine register is.
    """
    if observatory.audience != "public":
        raise ReportError(
            explain("The guide is for everyone", expected="the audience public",
                    found=observatory.audience, do="Observe the quarter for the public.")
        )  # fmt: skip
    limit = guide().gap_km if limit_km is None else limit_km
    if not 0 < limit <= _WIDEST_KM:
        raise ReportError(
            explain("Distance of a gap", expected=f"more than 0 and at most {_WIDEST_KM:g} km",
                    found=f"{limit:g}", do="Give another with --km.")
        )  # fmt: skip
    texts = tuple(fiches(folder or paths.data() / "guide"))
    place = observatory.territory(observatory.gazetteer.facts.pays)
    named = directory(observatory, on, demonstration=demonstration)
    made = material(observatory, place)
    covering = TradeCover(made, limit)
    missing = covering.missing()
    wood = Wood(made)
    where = trade_cover.points(observatory, place)
    names = pd.Series(observatory.gazetteer.names).reindex(list(place.communes))
    return Guide(
        label=place.label,
        quarter=str(observatory.quarter),
        on=on,
        fiches=texts,
        directory=named,
        communes=where.reindex(names.index).assign(name=names.map(french.typeset)),
        maps=() if missing else tuple(covering.maps()),
        cover=(missing,) if missing else (covering.gaps(), covering.matrix()),
        wood=(wood.stages(), wood.quotient()),
        businesses=None if missing else covering.total,
    )


def warnings(content: Guide) -> list[str]:
    """What the one who makes the guide must look at, in French; nobody is named."""
    shown, said = content.directory, []
    if shown.reason:
        said.append(shown.reason)
    if shown.unlisted:
        one = "entreprise qui a donné son accord n’est pas citée"
        several = "entreprises qui ont donné leur accord ne sont pas citées"
        counted = f"{shown.unlisted} {french.plural(shown.unlisted, one, several)}"
        said.append(f"{counted} : hors du registre, radiée ou fermée à la diffusion.")
    reasons = {
        "le certificat ne court pas ce jour": shown.lapsed,
        "la liste publique du trimestre ne l’a pas": shown.unconfirmed,
    }
    one, several = "mention RGE n’est pas imprimée", "mentions RGE ne sont pas imprimées"
    said += [
        f"{count} {french.plural(count, one, several)} : {why}."
        for why, count in reasons.items()
        if count
    ]
    return [*content.expired, *map(french.typeset, said)]


def write(content: Guide, folder: Path) -> list[Path]:
    """Write the page, the booklet and the sheets of the artisans; all are made before the first.

    Where nobody is named any more, the sheets of an earlier guide are removed.

    Raises
    ------
    ReportError
        If a file cannot be made: a missing font, a page that would load from elsewhere.
    """
    from ternois_analysis.publish import guide_booklet, guide_page

    made = {PAGE: guide_page.render(content).encode(), BOOKLET: guide_booklet.booklet(content)}
    if len(content.directory.artisans):
        made[SHEETS] = guide_booklet.sheets(content)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        writing.replaced(folder / name, data)
    if SHEETS not in made:
        (folder / SHEETS).unlink(missing_ok=True)
    return [folder / name for name in made]
