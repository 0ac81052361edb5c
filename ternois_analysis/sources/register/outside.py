"""What other sources say of the register: Sirene, the programmes."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis.sources.register.findings import found

_SIRENE_JOIN, _PROGRAMMES_JOIN = 0.97, 0.95
#: Upper bounds of Sirene's bands of employees; `NN` is no employer, `00` none at the end of year.
_BANDS = {
    "NN": 0,
    "00": 0,
    "01": 2,
    "02": 5,
    "03": 9,
    "11": 19,
    "12": 49,
    "21": 99,
    "22": 199,
    "31": 249,
}


@dataclass(frozen=True)
class FileFinding:
    """A fact about the whole file: the check, a French sentence, and figures for a table."""

    check: str
    text: str
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Outside:
    """What checks beyond the file need; each may be missing and the report then says so.

    `sirene` is described in `compare_sirene`; `programmes` are SIREN of beneficiaries;
    `previous` is the accepted register of the transfer before; `perimeter` the communes of the
    territory at the COG of the extraction.
    """

    sirene: pd.DataFrame | None = None
    programmes: pd.Series | None = None
    previous: pd.DataFrame | None = None
    perimeter: tuple[str, ...] | None = None


def compare_sirene(
    frame: pd.DataFrame, clean: pd.DataFrame, sirene: pd.DataFrame
) -> tuple[pd.Series, list[pd.DataFrame], list[FileFinding]]:
    """What Sirene says of each row.

    Parameters
    ----------
    sirene : DataFrame
        One row a legal unit: siren, diffusion (`O`, `P`; `N` in old files), state (`A` active, `C`
        ceased), craft_code (NAFA code in Sirene, "" if none), workforce_band (`NN`, `00`, `01`…).

    Returns
    -------
    Series of str
        Diffusion status, `O`, `P`, or "" for a business that is not in Sirene.
    list of DataFrame
        Findings DQ11 and DQ20.
    list of FileFinding
        DQ12 and DQ30 when they are not met.
    """
    units = sirene.drop_duplicates("siren").set_index("siren")
    status = (
        clean["siren"]
        .map(units["diffusion"])
        .map({"O": "O", "P": "P", "N": "P"})
        .fillna("")
        .astype("str")
    )
    active = clean["removed"].isna()
    ceased = active & clean["siren"].map(units["state"]).eq("C")
    most = clean["siren"].map(units["workforce_band"].map(_BANDS))
    above = active & (clean["employees"] > most.astype("Int64")).fillna(False).astype(bool)
    findings = [
        found(frame, ceased, "DQ11", "siren", "cessée dans Sirene, active au registre"),
        found(
            frame,
            above,
            "DQ20",
            "employees",
            "plus de salariés que la tranche de Sirene",
            open_value=True,
        ),
    ]
    facts = []
    here = set(clean.loc[active, "siren"])
    there = units.index[(units["state"] == "A") & (units["craft_code"].fillna("") != "")]
    absent = sum(siren not in here for siren in there)
    if absent:
        facts.append(
            FileFinding(
                "DQ12",
                f"{absent} unités actives et artisanales dans Sirene sont absentes du registre.",
            )
        )
    share = float(clean["siren"].isin(units.index).mean()) if len(clean) else 1.0
    if share < _SIRENE_JOIN:
        facts.append(
            FileFinding(
                "DQ30",
                f"{100 * share:.1f} % des lignes sont retrouvées dans Sirene.".replace(".", ",", 1),
            )
        )
    return status, findings, facts


def compare_programmes(clean: pd.DataFrame, beneficiaries: pd.Series) -> list[FileFinding]:
    """Fact DQ30b when fewer than 95 % of the beneficiaries' SIREN are in the register."""
    different = pd.Series(beneficiaries.unique())
    share = float(different.isin(set(clean["siren"])).mean()) if len(different) else 1.0
    if share >= _PROGRAMMES_JOIN:
        return []
    text = f"{100 * share:.1f} % des bénéficiaires sont retrouvés au registre.".replace(".", ",", 1)
    return [FileFinding("DQ30b", text)]
