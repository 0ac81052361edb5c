"""How the business is set up: legal form, employees, apprentices, origin, reason of removal."""

import pandas as pd

from ternois_analysis.catalog.register import register, words
from ternois_analysis.sources.register.findings import found
from ternois_analysis.sources.register.people import meaning, plain_words

#: A business is registered with at most ten employees; it may keep its registration beyond.
_CEILING = 10
#: No craft business has as many; such a number is another column or a telephone.
_IMPOSSIBLE = 1000
_FORMS_BY_PREFIX = {"10": "EI", "54": "SARL", "57": "SAS/SASU"}


def counted(values: pd.Series) -> pd.Series:
    """Whole numbers, `3`, `3,0` or `3.0`; missing for anything else: blank is not zero."""
    bare = values.str.replace(r"[.,]0+$", "", regex=True).where(
        lambda s: s.str.fullmatch("[0-9]{1,4}")
    )
    numbers = pd.to_numeric(bare, errors="coerce").astype("Int64")
    return numbers.where(numbers < _IMPOSSIBLE)


def size(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Employees and apprentices, missing when blank or unreadable; findings DQ20 and DQ21."""
    employees, apprentices = counted(frame["employees"]), counted(frame["apprentices"])
    many = (employees > _CEILING).fillna(False).astype(bool)
    crowd = (apprentices > employees.fillna(0) + 2).fillna(False).astype(bool)
    findings = [
        found(
            frame,
            (frame["employees"] != "") & employees.isna(),
            "DQ20",
            "employees",
            "effectif illisible",
        ),
        found(frame, many, "DQ20", "employees", "plus de dix salariés : à confirmer"),
        found(
            frame,
            (frame["apprentices"] != "") & apprentices.isna(),
            "DQ21",
            "apprentices",
            "nombre illisible",
        ),
        found(frame, crowd, "DQ21", "apprentices", "plus d'apprentis que l'effectif ne permet"),
    ]
    return pd.DataFrame({"employees": employees, "apprentices": apprentices}), findings


def legal_form(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Legal form as counted: "" when blank, « autre » when unknown; findings DQ23 and DQ24."""
    facts = register()
    said, label = plain_words(frame["legal_form"]), plain_words(frame["legal_form_label"])
    by_code = {code: name for name, form in facts.legal_forms.items() for code in form.codes}
    by_word = words({name: form.words for name, form in facts.legal_forms.items()})
    form = said.map(by_code | by_word)
    form = form.fillna(label.map(by_word)).fillna(
        said.str.slice(0, 2).where(said.str.fullmatch("[0-9]{4}")).map(_FORMS_BY_PREFIX)
    )
    unknown = form.isna() & ((said != "") | (label != ""))
    form = form.mask(unknown, "autre").fillna("").astype("str")
    person = form.map({name: f.person for name, f in facts.legal_forms.items()})
    kind = plain_words(frame["person_kind"]).map({"pp": "PP", "p": "PP", "pm": "PM", "m": "PM"})
    contrary = kind.notna() & person.notna() & (kind != person)
    closed = said.isin(facts.eirl.words) | label.isin(facts.eirl.words)
    findings = [
        found(frame, unknown, "DQ23", "legal_form", "forme juridique inconnue : comptée « autre »"),
        found(
            frame,
            contrary,
            "DQ23",
            "person_kind",
            "forme juridique contraire à la nature de la personne",
        ),
        found(
            frame, closed, "DQ24", "legal_form", "EIRL : comptée avec les entreprises individuelles"
        ),
    ]
    return pd.DataFrame({"legal_form": form}), findings


def movements(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """How the spell began and why it ended, in closed vocabularies; finding DQ34.

    The reason is « autre » when it is not one we know: no free text survives.
    """
    facts = register()
    origin, odd_origin = meaning(frame, "origin", words(facts.origins))
    reason, odd_reason = meaning(frame, "removal_reason", words(facts.removal_reasons))
    reason = reason.mask((reason == "") & (frame["removal_reason"] != ""), "autre")
    return pd.DataFrame({"origin": origin, "removal_reason": reason}), [odd_origin, odd_reason]


def diffusion(frame: pd.DataFrame) -> pd.Series:
    """Sirene diffusion status in the file: `O`, `P`, or "" when it does not say."""
    facts = register().diffusion
    status = dict.fromkeys(facts.open, "O") | dict.fromkeys(facts.partial, "P")
    return plain_words(frame["diffusion"]).map(status).fillna("").astype("str")
