"""A table of values as economists read it: figure, interval, reliability and source."""

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.published import cell, checked, dated, interval, interval_note

_HEADS = ("Territoire", "Indicateur", "Période", "Valeur", "Intervalle à 95 %", "Fiabilité",
          "Source")  # fmt: skip


def show(values: pd.DataFrame, title: str = "Valeurs publiées") -> Block:
    """Published values as a table in French, one row each.

    Parameters
    ----------
    values : DataFrame
        Rows of `Observatory.values`, in the order to show; all of its columns.
    title : str
        In French.

    Returns
    -------
    Block
        Territory, indicator, period, value with its unit, interval at 95 %, reliability (the
        reason why a value is not shown, or a caution), source with its year. A value that is not
        shown is a sign, explained below.

    Raises
    ------
    ReportError
        If there is no row, or a column is missing.
    SecrecyError
        If a value that is not shown carries a number.

    Examples
    --------
    >>> show(obs.values(["pays-ternois"], ["vacancy_rate_pct"]))  # doctest: +SKIP
    """
    checked(values)
    entries = {name: catalog.indicator(name) for name in values["indicator"].unique()}
    rows = []
    for _, row in values.iterrows():
        entry = entries[row["indicator"]]
        label = f"{entry.label} : {row['category']}" if row["category"] else entry.label
        source = words.credit(values.loc[[row.name]]).rpartition(" ; ")[0]
        rows.append(
            (row["territory_label"], label, dated(row["period"]), cell(row, entry, unit=True),
             interval(row, entry), row["note"] or _STATUS[row["status"]], source)
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(_HEADS)).map(french.typeset)
    note = interval_note(values, *entries.values())
    caption = Caption(title, source=words.credit(values), note=note)
    return compose("table", caption, values, alt="", table=table)


_STATUS = {
    "ok": "",
    "s": "secret statistique",
    "n.s.": "effectif trop faible",
    "n.d.": "non disponible",
}
