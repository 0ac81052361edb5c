"""The cells that the gate is given, checked, and those that follow from them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis.catalog.secrecy import secrecy, secrecy_rule
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.secrecy import rules
from ternois_analysis.secrecy.partition import TOLERANCE
from ternois_analysis.secrecy.relations import KEY, Parts, Relations


def prepare(cells: pd.DataFrame, relations: Relations, audience: str) -> pd.DataFrame:
    """Cells checked, with those that parts imply, and why each is hidden: `code` and `reason`."""
    table = with_rests(tidy(cells, relations), relations)
    table["code"] = rules.primary(table, audience)
    kinds = table[["code", "secrecy"]]
    said = {
        (code, name): rules.sentence(code, secrecy_rule(name, audience)) if code else ""
        for code, name in kinds.drop_duplicates().itertuples(index=False)
    }
    return table.assign(reason=[said[pair] for pair in kinds.itertuples(index=False, name=None)])


def tidy(cells: pd.DataFrame, relations: Relations) -> pd.DataFrame:
    """Cells with every column that the gate reads, checked; the input is not modified.

    Parameters
    ----------
    cells : DataFrame
        `column`, `territory`, `value`, `n`, `secrecy`; optional: `period` (""), `category` (""),
        `top1` (missing), `published` (True; False for a cell that is not shown but must not be
        found either), `additive` (True; False for medians and published rates).

    Raises
    ------
    SchemaError
        On a missing column, a cell given twice, or a territory without a list of communes.
    """
    needed = ["column", "territory", "value", "n", "secrecy"]
    if missing := [name for name in needed if name not in cells]:
        raise SchemaError(
            explain("Cells", expected=needed, found=list(cells), do=f"Add {missing}.")
        )
    defaults: dict[str, Any] = {
        "period": "", "category": "", "top1": np.nan, "published": True, "additive": True,
    }  # fmt: skip
    table = cells.assign(**{name: value for name, value in defaults.items() if name not in cells})
    table = table.fillna({name: value for name, value in defaults.items() if name != "top1"})
    table = table.astype({"published": bool, "additive": bool})
    table = table[[*KEY, "value", "n", "top1", "secrecy", "published", "additive"]]
    twice = table.duplicated(KEY)
    if twice.any():
        raise SchemaError(
            explain(
                "Cells",
                expected="each cell once",
                found=f"{' '.join(table.loc[twice, KEY].iloc[0])} twice",
                do="Give a cell once, whatever the number of outputs that show it.",
            )
        )
    unknown = set(table["territory"]) - set(relations.communes)
    if unknown:
        raise SchemaError(
            explain(
                "Territories of the cells",
                expected="a list of communes for each",
                found=unknown,
                do="Add them to Relations.communes.",
            )
        )
    return table.reset_index(drop=True)


def with_rests(cells: pd.DataFrame, relations: Relations) -> pd.DataFrame:
    """Cells and the implied ones that parts leave over.

    Two columns are added: `whole`, the size of the group of which the cell is a part, and `most`,
    the same where the whole is public anyway: no part can be thought larger.

    Raises
    ------
    SchemaError
        If parts are more than their whole.
    """
    table = cells.assign(whole=np.nan, most=np.nan)
    rests = []
    for relation in relations.parts:
        on = ["period", "territory", "category"]
        rows = table[table["additive"]]
        if not relation.by_category:
            rows = rows[rows["category"] == ""]
        whole = rows[rows["column"] == relation.whole].set_index(on)
        parts = [rows[rows["column"] == name].set_index(on) for name in relation.parts]
        for name in relation.parts:
            here = table["column"] == name
            place = pd.MultiIndex.from_frame(table.loc[here, on])
            table.loc[here, "whole"] = whole["value"].reindex(place).to_numpy()
            table.loc[here, "most"] = _public(whole).reindex(place).to_numpy()
        if relation.exhaustive:
            continue
        common = whole.index
        for part in parts:
            common = common.intersection(part.index)
        rest = whole.loc[common].copy()
        rest["whole"], rest["most"] = rest["value"], _public(rest)
        for part in parts:
            rest[["value", "n"]] -= part.loc[common, ["value", "n"]]
        _not_negative(rest, relation)
        rest["column"], rest["published"] = relation.rest, False
        if len(common):
            # The rest tells about persons what the parts do; free parts say nothing of it.
            classes = parts[0]["secrecy"].reindex(common)
            rest["secrecy"] = rest["secrecy"].where(_free(classes), classes)
            rests.append(rest.reset_index()[table.columns])
    return pd.concat([table, *rests], ignore_index=True) if rests else table


def _public(whole: pd.DataFrame) -> pd.Series:
    return whole["value"].where(_free(whole["secrecy"]))


def _free(classes: pd.Series) -> NDArray[np.bool_]:
    facts = secrecy()
    rule = {name: facts.rules[facts.classes[name].public] for name in classes.unique()}
    free = [name for name in rule if rule[name].kind == "free"]
    return classes.isin(free).to_numpy(dtype=bool)


def _not_negative(rest: pd.DataFrame, relation: Parts) -> None:
    slack = TOLERANCE * rest["whole"].abs().max() if len(rest) else 0.0
    wrong = rest["value"] < -slack
    if wrong.any():
        raise SchemaError(
            explain(
                f"Parts of {relation.whole}",
                expected="no more than the whole",
                found=f"more for {rest.index[wrong][0]}",
                do="Correct the columns, or remove the relation.",
            )
        )
    rest["value"] = rest["value"].clip(lower=0.0)
