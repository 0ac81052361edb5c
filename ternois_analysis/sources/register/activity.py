"""What the business does: NAFA, APE, the four families and twenty groups."""

import pandas as pd

from ternois_analysis.catalog.register import register, words
from ternois_analysis.sources.register.findings import found
from ternois_analysis.sources.register.people import plain_words

#: NAF rév. 2 closes its subclasses with A to F or Z, NAF 2025 with G to Y: none is mistaken.
_NAF_2025 = r"[0-9]{4}[G-Y][A-Z]?"


def activity(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Codes and groups of the activity.

    The group comes from the NAFA code, failing that from the APE code, failing that the family is
    the one provided.

    Returns
    -------
    DataFrame
        `nafa` (6 characters or ""), `ape` (5 or ""), `nar4`, `nar20` ("" when unknown).
    list of DataFrame
        Findings DQ17, DQ18, DQ19 and DQ33.
    """
    facts = register()
    group_of, family_of = facts.group_of_naf(), facts.family_of_group()
    nafa, ape = _code(frame["nafa"]), _code(frame["ape"])
    new = {f: c.str.fullmatch(_NAF_2025).astype(bool) for f, c in (("nafa", nafa), ("ape", ape))}
    shaped = nafa.str.fullmatch("[0-9]{4}[A-FZ][A-Z]").astype(bool)
    known = shaped & nafa.str.slice(0, 5).isin(group_of)
    good_ape = ape.str.fullmatch("[0-9]{4}[A-FZ]").astype(bool)
    apart = known & good_ape & (nafa.str.slice(0, 4) != ape.str.slice(0, 4))
    group = nafa.str.slice(0, 5).where(known, ape).map(group_of).fillna("").astype("str")
    provided = plain_words(frame["nar4"]).map(words(facts.families)).fillna("").astype("str")
    computed = group.map(family_of).fillna("").astype("str")
    differs = (provided != "") & (computed != "") & (provided != computed)
    outside = (
        (frame["exercise"] != "") & ~frame["exercise"].isin(facts.rne_craft_forms) & (nafa == "")
    )
    findings = [
        found(frame, (nafa != "") & ~shaped & ~new["nafa"], "DQ17", "nafa", "code NAFA mal formé"),
        found(frame, shaped & ~known, "DQ17", "nafa", "activité hors du champ de l'artisanat"),
        found(frame, apart, "DQ17", "nafa", "le code NAFA et le code APE décrivent deux activités"),
        *(found(frame, new[field], "DQ18", field, "code de la NAF 2025") for field in new),
        found(
            frame,
            differs,
            "DQ19",
            "nar4",
            "secteur différent de celui du code NAFA",
            "« " + computed + " »",
            open_value=True,
        ),
        found(frame, outside, "DQ33", "exercise", "activité non artisanale", open_value=True),
    ]
    table = pd.DataFrame(
        {
            "nafa": nafa.where(known, ""),
            "ape": ape.where(good_ape, ""),
            "nar4": computed.mask(computed == "", provided),
            "nar20": group,
        }
    )
    return table, findings


def _code(values: pd.Series) -> pd.Series:
    return values.str.upper().str.replace(r"[\s.\-]", "", regex=True)
