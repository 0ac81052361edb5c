"""The one-page sheet of a territory: a map, its figures against others, what stands out."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import gaps, lights, locator, perimeter, verdicts, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.published import (
    cell,
    checked,
    heading,
    interval,
    interval_note,
    is_change,
    span,
)
from ternois_analysis.observatory import Observatory, services, sheets, specificities
from ternois_analysis.observatory.likeness import TYPICAL
from ternois_analysis.observatory.sheets import Sheet
from ternois_analysis.observatory.values import COLUMNS
from ternois_analysis.territory import Territory
from ternois_analysis.trail import cached_property, lru_cache

#: Gaps told on a sheet.
_TOLD = 4
_FAR = "Le plus proche"
#: In the place of the stars of an invented value: it is neither sure nor unsure.
_INVENTED = "démonstration"
_NONE = "–"


@dataclass(frozen=True, eq=False)
class Fiche:
    """The blocks of a sheet, in reading order.

    Parameters
    ----------
    label, under : str
        Name of the territory, and what the territory is part of, in one line.
    """

    place: Territory
    label: str
    under: str
    header: Block
    map: Block
    profile: Block
    outstanding: Block
    needs: Block
    craft: Block

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks."""
        return self.header, self.map, self.profile, self.outstanding, self.needs, self.craft

    @cached_property
    def values(self) -> pd.DataFrame:
        """Every value printed, once."""
        tables = [b.values for b in self.blocks if len(b.values)]
        if not tables:
            return perimeter.nothing()
        keys = ["territory", "indicator", "category", "period"]
        return pd.concat(tables, ignore_index=True).drop_duplicates(keys)[list(COLUMNS)]

    @cached_property
    def credit(self) -> str:
        """Who produced the figures of the sheet, and for which years."""
        return french.typeset(words.credit(self.values))

    @property
    def synthetic(self) -> bool:
        """Whether any value is invented, for demonstration."""
        return any(block.synthetic for block in self.blocks)


def fiche(observatory: Observatory, sheet: Sheet) -> Fiche:
    """The blocks of a sheet, made of its values."""
    groups = _parts(observatory, sheet.context)
    if not groups and sheet.context.id != sheet.place.id and len(sheet.place.communes) > 1:
        groups = (sheet.place,)
    svg, alt = locator.locator(observatory, sheet.place, sheet.context, groups)
    around = [t.label for t in sheet.compared if set(sheet.place.communes) < set(t.communes)]
    label, under = french.typeset(sheet.place.label), french.typeset(" · ".join(around))
    return Fiche(
        sheet.place, label, under, _header(sheet),
        compose("map", Caption("Où suis-je ?"), perimeter.nothing(), alt=alt, svg=svg),
        _profile(sheet), _outstanding(sheet), _needs(sheet), _craft(sheet),
    )  # fmt: skip


@lru_cache(maxsize=16)
def _parts(observatory: Observatory, context: Territory) -> tuple[Territory, ...]:
    return tuple(observatory.territory(part) for part in context.parts)


def _header(sheet: Sheet) -> Block:
    own = sheet.tested[sheet.tested["territory"] == sheet.place.id]
    told = own[own["indicator"].isin(sheets.MOVED)]
    texts = [sheet.place.note, *words.population(told, sheet.place, ())[:2]]
    return perimeter.paragraphs(sheet.place.label, texts, told)


def _profile(sheet: Sheet) -> Block:
    """Indicators for the territory, those compared and the similar EPCIs."""
    place, values = sheet.place, sheet.values
    by = {(r["indicator"], r["territory"]): r for _, r in values.iterrows()}
    heads = {place.id: place.short} | {t.id: t.short for t in sheet.compared}
    if (values["territory"] == TYPICAL).any():
        heads[TYPICAL] = "EPCI similaires"
    records = []
    for name, rows in values.groupby("indicator", sort=False):
        entry, own = catalog.indicator(str(name)), by[str(name), place.id]
        others = {
            french.typeset(head): _cell(by.get((str(name), key)), entry)
            for key, head in heads.items() if key != place.id
        }  # fmt: skip
        bounds = interval(own, entry)
        records.append(
            {
                "Indicateur": f"{heading(entry)}\n{span(rows)}",
                french.typeset(place.short): "\n".join(filter(None, (cell(own, entry), bounds))),
                **others,
                "Fiabilité": _sure(own),
                "Écart": _gap(by, str(name), entry, sheet),
            }
        )
    judged = f"Écart jugé par rapport à : {sheet.judge.label}. " if sheet.judge else ""
    note = (
        f"{judged}● favorable, ■ défavorable, ▲ plus élevé, ▼ plus bas ; ○ écart non significatif, "
        "faible ou non testé. Fiabilité : ★★★ solide, ★★ à interpréter avec prudence, ★ ordre de "
        "grandeur."
    )
    if TYPICAL in heads:
        typical = str(values.loc[values["territory"] == TYPICAL, "territory_label"].iloc[0])
        note += f" {typical} : intercommunalités de même structure."
    if any(record["Fiabilité"] == _INVENTED for record in records):
        note += f" « {_INVENTED} » : valeur inventée, que rien ne juge."
    lacking = [
        catalog.indicator(name).short for name in sheets.INDICATORS[: sheets.SHOWN]
        if name not in set(values["indicator"])
    ]  # fmt: skip
    if lacking:
        note += (
            f" Sans valeur ici, faute de source installée ou publiée : {french.listing(lacking)}."
        )
    used = checked(values, one=("quarter", "audience"))
    entries = [catalog.indicator(name) for name in dict.fromkeys(values["indicator"])]
    caption = Caption(
        "Les chiffres", source=words.credit(values),
        note=" ".join(filter(None, (note, interval_note(used, *entries)))),
    )  # fmt: skip
    return compose("table", caption, used, alt="", table=pd.DataFrame(records))


def _cell(row: pd.Series | None, entry: Indicator) -> str:
    # A count depends on the size of what it counts: a median of counts says nothing.
    if row is None or (row["territory"] == TYPICAL and entry.nature == "count"):
        return _NONE
    return cell(row, entry)


def _sure(row: pd.Series) -> str:
    """The stars of a value, or that it is invented."""
    return _INVENTED if row["synthetic"] and row["status"] == "ok" else lights.stars(row)


def _gap(by: dict[tuple[str, str], pd.Series], name: str, entry: Indicator, sheet: Sheet) -> str:
    """The glyph and word of the gap to the reference; a dash for a count, which cannot be set.

    An invented value, or one set against another, is never judged: nothing follows from it.
    """
    other = by.get((name, sheet.judge.id)) if sheet.judge else None
    if by[name, sheet.place.id]["synthetic"] or (other is not None and other["synthetic"]):
        return _NONE
    if other is None or (entry.nature == "count" and not is_change(entry)):
        return _NONE
    found = verdicts.verdict(by[name, sheet.place.id], other, entry)
    return f"{found.glyph} {found.word}" if found is not verdicts.UNAVAILABLE else _NONE


def _outstanding(sheet: Sheet) -> Block:
    """The largest gaps that are significant and material, one sentence an indicator."""
    title = "Ce qui ressort"
    place, compared = sheet.place, sheet.compared
    near = {t.id for t in compared} | {specificities.remainder_id(place, t) for t in compared}
    told = sheet.findings[
        sheet.findings["told"] & sheet.findings["against"].isin(near | {specificities.PEERS})
    ]
    told = told.sort_values("times", ascending=False, kind="stable")
    told = told.drop_duplicates("indicator").head(_TOLD)
    if told.empty:
        alone = "Aucun écart à la fois significatif et notable avec les références"
        tested = len(sheet.findings[~sheet.findings["synthetic"]])
        why = "." if tested else " : effectifs trop faibles pour tester un écart (n.s.)."
        return perimeter.paragraphs(title, [alone + why])
    places = {t.id: t for t in (sheet.place, *sheet.references)}
    texts = [gaps.sentence(row, places) for _, row in told.iterrows()]
    return perimeter.paragraphs(title, texts, gaps.values(told, sheet.tested))


def _needs(sheet: Sheet) -> Block:
    """Facilities of each daily need: how many, then how far or how many communes without."""
    title = "Équipements du quotidien"
    if sheet.needs is None:
        source = catalog.source(services.SOURCE)
        # Read by mayors: the command that installs it is on the pages.
        lacking = f"n.d. : {source.title} ({source.producer}), fichier public à ajouter."
        return perimeter.paragraphs(title, [lacking])
    many = len(sheet.place.communes) > 1
    second = "communes_without" if many else "need_minutes"
    entries = {n: catalog.indicator(n) for n in ("facilities_by_type", second)}
    by = {(r["indicator"], r["category"]): r for _, r in sheet.needs.iterrows()}
    records = []
    for category in dict.fromkeys(sheet.needs["category"]):
        row = by[second, category]
        far = cell(row, entries[second], unit=not many)
        records.append(
            {
                "Équipement": category,
                "Sur place": cell(
                    by["facilities_by_type", category], entries["facilities_by_type"]
                ),
                "Communes sans" if many else _FAR: _far(row, far, many),
            }
        )
    bounds = {n for n in sheet.needs["note"] if "majorant" in n}
    note = "" if many else (
        "Temps de trajet estimés à vol d’oiseau corrigé : ordres de grandeur. "
    )  # fmt: skip
    caption = Caption(
        title, source=words.credit(sheet.needs),
        note=(note + " ".join(f"{words.capital(b)}." for b in sorted(bounds))).strip(),
    )  # fmt: skip
    return compose("table", caption, sheet.needs, alt="", table=pd.DataFrame(records))


def _far(row: pd.Series, text: str, many: bool) -> str:
    return "sur place" if not many and row["status"] == "ok" and row["value"] == 0 else text


def _craft(sheet: Sheet) -> Block:
    """Craft businesses by family, counts that are public."""
    title = "Entreprises artisanales par famille"
    values = sheet.families
    entry = catalog.indicator(sheets.FAMILIES)
    if values.empty or values["status"].eq("n.d.").all():
        alone = "Le registre ne couvre pas ce territoire, ou n’est pas installé : n.d."
        return perimeter.paragraphs(title, [alone])
    heads = {t.id: french.typeset(t.short) for t in (sheet.place, *sheet.compared)}
    records: dict[str, dict[str, str]] = {}
    for _, row in values.iterrows():
        line = records.setdefault(row["category"], {"Famille": row["category"]})
        line[heads[row["territory"]]] = cell(row, entry)
    caption = Caption(title, source=words.credit(values))
    return compose("table", caption, values, alt="", table=pd.DataFrame(list(records.values())))
