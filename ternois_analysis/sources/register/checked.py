"""All checks of a register, row by row and on the whole file."""

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.register import register
from ternois_analysis.sources.intake import Received
from ternois_analysis.sources.register import (
    activity,
    dates,
    identity,
    outside,
    people,
    size,
    units,
)
from ternois_analysis.sources.register.findings import found, rows_with, together
from ternois_analysis.sources.register.names import gazetteer
from ternois_analysis.sources.register.outside import FileFinding, Outside
from ternois_analysis.sources.register.places import places

_NEW_YEAR_SHARE, _MISSING_SHARE = 0.05, 0.3


def checked(
    came: Received,
    communes: pd.DataFrame,
    passage: pd.DataFrame,
    day: pd.Timestamp,
    beside: Outside,
) -> tuple[pd.DataFrame, pd.DataFrame, list[FileFinding]]:
    """Clean columns, findings of every row, and facts about the whole file.

    Returns
    -------
    DataFrame
        On the index of the received rows: the columns of the accepted register, with `siren` and
        `siret` still in them.
    DataFrame
        Findings as `findings.found` describes them.
    list of FileFinding
    """
    frame = came.frame
    findings = [
        found(frame, frame["odd"].astype(bool), "DQ01b", "", "ligne lue dans un autre encodage"),
        _mojibake(frame),
        units.copies(frame, [*register().fields]),
        *people.talkative(frame),
    ]
    tables = []
    for made, what in (
        identity.identity(frame),
        dates.spell_dates(frame, day),
        people.people(frame, day),
        activity.activity(frame),
        size.size(frame),
        size.legal_form(frame),
        size.movements(frame),
    ):
        tables.append(made)
        findings += what
    commune, what = places(frame, gazetteer(communes, passage))
    findings += what
    status, facts = size.diffusion(frame), _birthdays(frame)
    clean = pd.concat([*tables, commune.rename("commune")], axis=1)
    if beside.sirene is not None:
        said, more, about = outside.compare_sirene(frame, clean, beside.sirene)
        status = said.mask((said == "") | (status == "P"), status)
        findings, facts = findings + more, facts + about
    if beside.programmes is not None:
        facts += outside.compare_programmes(clean, beside.programmes)
    findings.append(found(frame, status == "P", "DQ25", "diffusion", "diffusion partielle"))
    if (status == "").any():
        count = french.number(int((status == "").sum()))
        facts.append(
            FileFinding(
                "DQ25", f"{count} lignes sans statut de diffusion : comptées, jamais listées."
            )
        )
    sound = ~rows_with(together(findings), frame.index, "set_aside")
    findings.append(units.spells(frame[sound], clean[sound]))
    sound &= ~rows_with(together(findings[-1:]), frame.index, "set_aside")
    follows, again = units.chained(frame[sound], clean[sound])
    findings.append(again)
    clean = clean.assign(
        listed=status == "O", follows=follows.reindex(frame.index, fill_value=""), extracted=day
    )
    return clean, together(findings), facts


def _mojibake(frame: pd.DataFrame) -> pd.DataFrame:
    """Finding DQ01: UTF-8 read as Windows-1252 before it was sent, in a text that is used."""
    garbled = pd.Series(False, index=frame.index)
    for name in (
        "commune_name",
        "nafa_label",
        "name",
        "last_name",
        "first_name",
        "address",
        "qualification",
    ):
        garbled |= frame[name].str.contains(
            "Ã[\u0080-\u00bf€ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€", regex=True
        )
    return found(
        frame,
        garbled,
        "DQ01",
        "",
        "caractères doublement encodés (« Ã© » pour « é »)",
        "exporter de nouveau dans un seul encodage",
    )


def _birthdays(frame: pd.DataFrame) -> list[FileFinding]:
    said = frame["birth_date"]
    given = said[said != ""]
    facts = []
    if (
        len(given)
        and (share := float(given.str.contains(r"^(?:01/01/|[0-9]{4}-01-01)").mean()))
        > _NEW_YEAR_SHARE
    ):
        facts.append(
            FileFinding(
                "DQ22b",
                f"{french.quantity(100 * share, '%', 1)} des naissances sont au 1er janvier.",
            )
        )
    if len(said) and (share := float((said == "").mean())) > _MISSING_SHARE:
        facts.append(
            FileFinding(
                "DQ22b", f"{french.quantity(100 * share, '%', 1)} des dates de naissance manquent."
            )
        )
    return facts
