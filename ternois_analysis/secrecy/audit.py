"""The attacker's audit: what is hidden, why, what can still be found, and through which tables."""

import numpy as np
import pandas as pd
import scipy.sparse as sp

from ternois_analysis import french
from ternois_analysis.errors import SecrecyError, explain
from ternois_analysis.secrecy import attack, cores, implied, insiders, rules
from ternois_analysis.secrecy.bounds import attained, extremes
from ternois_analysis.secrecy.cells import prepare
from ternois_analysis.secrecy.needs import Requirements
from ternois_analysis.secrecy.proof import prove
from ternois_analysis.secrecy.relations import KEY, Relations
from ternois_analysis.secrecy.suppress import first_needs
from ternois_analysis.secrecy.system import System, systems
from ternois_analysis.secrecy.tables import Bools, Cells

#: Columns of the audit record.
RECORD = [
    *KEY, "what", "kind", "code", "reason", "low", "high", "required_low", "required_high", "exact",
    "safe", "through",
]  # fmt: skip


def audit(
    cells: pd.DataFrame,
    relations: Relations,
    audience: str,
    hidden: pd.DataFrame,
    earlier: pd.DataFrame | None = None,
    *,
    exact: bool = False,
) -> pd.DataFrame:
    """What somebody who reads every table can find out about each hidden cell.

    Nothing is taken over from the search that chose the cells: the audit starts from the cells, the
    relations and the list of what is hidden.

    Parameters
    ----------
    cells : DataFrame
        All cells of the publication (see `cells.tidy`).
    relations : Relations
    audience : str
    hidden : DataFrame
        Cells that are not published: `column`, `period`, `territory`, `category`.
    earlier : DataFrame, optional
        What this audience knows from earlier editions (see `releases.earlier`).
    exact : bool
        Work out both bounds of every hidden cell. Otherwise bounds are those that prove it safe:
        the attacker's true interval is then at least as wide.

    Returns
    -------
    DataFrame
        The columns of `RECORD`: one row a cell that is hidden or should be, and one a sum of cells
        that is not safe. Where a row is not `safe`, `through` names the published cells that give
        it away.
    """
    table = prepare(cells, relations, audience)
    away = pd.MultiIndex.from_frame(hidden[KEY])
    withheld = pd.Series(pd.MultiIndex.from_frame(table[KEY]).isin(away), table.index)
    additive = table["additive"]
    records = [_alone(table[~additive], withheld[~additive])]
    for system in systems(table[additive], relations, audience, earlier):
        rows = table.loc[system.rows.index]
        printed = rows["published"].to_numpy() & ~withheld[rows.index].to_numpy()
        shown = np.bincount(system.rows, weights=printed, minlength=len(system.cells)) > 0
        records.append(_together(system, rows, system.open & ~shown, exact))
    found = pd.concat(records, ignore_index=True).reindex(columns=RECORD)
    bounds = ["low", "high", "required_low", "required_high"]
    types = {**dict.fromkeys(bounds, float), "exact": bool, "safe": bool}
    return found.fillna({**dict.fromkeys(KEY, ""), "through": ""}).astype(types)


def check(record: pd.DataFrame) -> None:
    """Stop the publication if a hidden cell can be found.

    Raises
    ------
    SecrecyError
        Naming the first cell that leaks and the tables through which it does.
    """
    leaks = record[~record["safe"].astype(bool)]
    if leaks.empty:
        return
    first = leaks.iloc[0]
    required = f"[{first['required_low']:g} ; {first['required_high']:g}]"
    raise SecrecyError(
        explain(
            f"{len(leaks)} secret(s) can be found, first {first['what']} ({first['reason']})",
            expected=f"an interval of at least {required}",
            found=f"[{first['low']:g} ; {first['high']:g}] through {first['through']}",
            do="Hide one of these cells, or let the gate choose.",
        )
    )


def _alone(rows: pd.DataFrame, withheld: pd.Series) -> pd.DataFrame:
    """Medians and published rates: nothing adds up to them, the rule alone hides them."""
    rows = rows[rows["code"] != ""]
    what = rows["column"] + ", " + rows["territory"]
    return rows[[*KEY, "code", "reason"]].assign(
        what=what,
        kind="primary",
        exact=False,
        safe=withheld[rows.index],
        through=what.where(~withheld[rows.index], ""),
    )


def _together(system: System, rows: pd.DataFrame, hidden: Bools, exact: bool) -> pd.DataFrame:
    """Record of one family of tables."""
    needs = _needs(system, hidden)
    proof = prove(system, hidden, needs)
    leaks = _leaks(system, hidden, needs, np.flatnonzero(~proof.safe))
    away = np.flatnonzero(hidden | system.primary)
    targets, seen = sp.csr_array(system.matrix[away]), attack.view(system, hidden)
    low, high = extremes(system, seen, targets) if exact else attained(system, seen, targets, proof)
    cells = pd.DataFrame({"low": low, "high": high}, index=away).assign(
        what=[system.names[cell] for cell in away],
        kind=np.where(system.primary, "primary", rules.COMPLEMENTARY)[away],
        code=np.where(system.primary, system.cells["code"], rules.COMPLEMENTARY)[away],
        reason=np.where(system.primary, system.cells["reason"], rules.complementary())[away],
        exact=exact,
        safe=True,
    )
    outside = (needs.cell >= 0) & (needs.given < 0)
    cells.loc[needs.cell[outside], "required_low"] = needs.low[outside]
    cells.loc[needs.cell[outside], "required_high"] = needs.high[outside]
    worst = leaks[leaks["cell"] >= 0].drop_duplicates("cell").set_index("cell")
    cells.loc[worst.index, ["low", "high", "exact", "safe", "through"]] = worst
    here = rows[KEY].assign(cell=system.rows)
    here = here[here["cell"].isin(away)].join(cells, on="cell")
    return pd.concat([here, leaks[leaks["cell"] < 0]], ignore_index=True)


def _needs(system: System, hidden: Bools) -> Requirements:
    """Everything that must hold: primary cells, sums that can be worked out, insiders."""
    secrets = implied.secrets(system, system.shown(hidden))
    needs = first_needs(system) + implied.requirements(system, secrets)
    inside = insiders.requirements(system, attack.view(system, hidden), needs)
    return needs if inside is None else needs + inside


def _leaks(system: System, hidden: Bools, needs: Requirements, failed: Cells) -> pd.DataFrame:
    """Requirements that fail, with the attacker's interval and the cells through which they do."""
    shown = system.shown(hidden)
    outsider = attack.view(system, hidden)
    found = []
    for row in map(int, failed):
        given = int(needs.given[row])
        seen = outsider if given < 0 else attack.knowing(system, outsider, given)
        low, high = extremes(system, seen, sp.csr_array(needs.targets[[row]]))
        core = cores.core(system, shown, needs, row)
        cells = np.flatnonzero(shown) if core is None else core.cells
        through = " ; ".join(system.names[cell] for cell in cells)
        if given >= 0:
            through += f" ; pour qui est seul dans {system.names[given]}"
        found.append(
            {
                "cell": needs.cell[row],
                "what": needs.secrets[row].what,
                "kind": "sum",
                "code": needs.secrets[row].code,
                "reason": needs.secrets[row].reason,
                "low": low[0],
                "high": high[0],
                "required_low": needs.low[row],
                "required_high": needs.high[row],
                "exact": True,
                "safe": False,
                "through": french.typeset(through),
            }
        )
    return pd.DataFrame(found, columns=["cell", *RECORD[len(KEY) :]])
