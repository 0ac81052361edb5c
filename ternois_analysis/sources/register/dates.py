"""The dates of a spell: read in the orders chambers use, refused when they cannot be true."""

import pandas as pd

from ternois_analysis.sources.register.findings import found

_PATTERNS = (
    r"(?P<d>[0-9]{1,2})[/.\-](?P<m>[0-9]{1,2})[/.\-](?P<y>[0-9]{4})(?:[ T].*)?",
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})(?:[ T].*)?",
    r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
)
#: A register has nothing older; software writes 01/01/1900 and 31/12/9999 for « unknown ».
_FIRST, _LAST = 1901, 2099
_EXCEL_ZERO = pd.Timestamp("1899-12-30")


def parse(values: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Dates written jj/mm/aaaa, aaaa-mm-jj (with or without time) or aaaammjj.

    Returns
    -------
    tuple of Series
        Dates (missing when empty or refused), the French reason of a refusal ("" if none), and the
        correction it suggests.
    """
    # With "" among them, an empty column has something to parse.
    different = pd.Series([*dict.fromkeys([*values.unique(), ""])], dtype="str")
    different.index = pd.Index(different.values)
    parts = pd.DataFrame("", index=different.index, columns=["y", "m", "d"], dtype="str")
    for pattern in _PATTERNS:
        got = different.str.extract(f"^{pattern}$")[["y", "m", "d"]].dropna()
        parts.loc[got.index] = got
    numbers = parts.apply(pd.to_numeric, errors="coerce")
    sentinel = (numbers["y"] < _FIRST) | (numbers["y"] > _LAST)
    usable = numbers.where(~sentinel)
    dates = pd.to_datetime(
        usable.rename(columns={"y": "year", "m": "month", "d": "day"}), errors="coerce"
    ).astype("datetime64[s]")
    reason = pd.Series("", index=different.index, dtype="str")
    reason = reason.mask((different != "") & dates.isna(), "date illisible ou qui n'existe pas")
    reason = reason.mask(sentinel, "date conventionnelle, pas une date")
    proposal = pd.Series("", index=different.index, dtype="str").mask(sentinel, "laisser vide")
    serial = pd.to_numeric(
        different.where(different.str.fullmatch("[0-9]{5}"), ""), errors="coerce"
    )
    if serial.notna().any():
        days = _EXCEL_ZERO + pd.to_timedelta(serial, unit="D")
        reason = reason.mask(serial.notna(), "numéro de jour d'un tableur")
        proposal = proposal.mask(serial.notna(), days.dt.strftime("%d/%m/%Y"))
    short = different.str.fullmatch(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}").astype(bool)
    reason = reason.mask(short, "année sur deux chiffres : le siècle est inconnu")
    return (values.map(dates).astype("datetime64[s]"), values.map(reason), values.map(proposal))


def spell_dates(
    frame: pd.DataFrame, extracted: pd.Timestamp
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The first and last day of each spell, and what is wrong with them.

    Returns
    -------
    DataFrame
        `registered`, `removed`: dates; `removed` is missing while the business is registered.
    list of DataFrame
        Findings DQ10 and DQ10b.
    """
    dates, findings = {}, []
    for field in ("registered", "removed"):
        dates[field], reason, proposal = parse(frame[field])
        findings.append(found(frame, reason != "", "DQ10", field, reason, proposal))
        future = dates[field] > extracted
        findings.append(found(frame, future, "DQ10", field, "date postérieure à l'extraction"))
    registered, removed = dates["registered"], dates["removed"]
    findings += [
        found(
            frame, frame["registered"] == "", "DQ10", "registered", "date d'immatriculation absente"
        ),
        found(
            frame,
            removed < registered,
            "DQ10",
            "removed",
            "radiation antérieure à l'immatriculation",
        ),
    ]
    started, reason, proposal = parse(frame["started"])
    late = registered > started + pd.DateOffset(years=1)
    findings += [
        found(frame, reason != "", "DQ10b", "started", reason, proposal),
        found(
            frame,
            late,
            "DQ10b",
            "started",
            "immatriculation plus d'un an après le début d'activité",
        ),
    ]
    return pd.DataFrame({"registered": registered, "removed": removed}), findings
