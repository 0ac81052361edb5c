"""What must stay uncertain, for whom, and by how much."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ternois_analysis.secrecy import rules
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Cells, Floats


@dataclass(frozen=True)
class Secret:
    """A cell or a sum of cells as the audit record names it, and why it is hidden."""

    what: str
    code: str
    reason: str


@dataclass(frozen=True, eq=False)
class Requirements:
    """Sums of atoms that must stay uncertain: one row of `targets` each.

    The attacker's interval must contain `low` and `high`. `given` is the number of a cell that the
    attacker knows besides (its only contributor), -1 for none. `cell` is the number of the cell to
    protect, -1 for a sum that is not printed.
    """

    targets: sp.csr_array
    low: Floats
    high: Floats
    given: Cells
    cell: Cells
    secrets: tuple[Secret, ...]

    def __add__(self, other: "Requirements") -> "Requirements":
        return Requirements(
            sp.csr_array(sp.vstack([self.targets, other.targets], "csr")),
            np.r_[self.low, other.low],
            np.r_[self.high, other.high],
            np.r_[self.given, other.given],
            np.r_[self.cell, other.cell],
            self.secrets + other.secrets,
        )

    def rows(self, chosen: Cells) -> "Requirements":
        """Some of the requirements."""
        return Requirements(
            sp.csr_array(self.targets[chosen]),
            self.low[chosen],
            self.high[chosen],
            self.given[chosen],
            self.cell[chosen],
            tuple(self.secrets[i] for i in chosen),
        )


def of_cells(system: System) -> Requirements:
    """Protection of the cells that rules hide by themselves."""
    cell = np.flatnonzero(system.primary)
    hidden = system.cells.iloc[cell]
    target = sp.csr_array(system.matrix[cell])
    whole = (target @ (~system.whole_numbers).astype(float)) == 0
    low, high = rules.required(
        hidden["value"].to_numpy(dtype=float),
        hidden["code"].to_numpy(dtype=object),
        whole,
        hidden["most"].to_numpy(dtype=float),
        np.array([system.least[system.atoms(int(c))[0]] for c in cell]),
    )
    secrets = tuple(
        Secret(system.names[number], code, reason)
        for number, code, reason in zip(cell, hidden["code"], hidden["reason"], strict=True)
    )
    return Requirements(target, low, high, np.full(len(cell), -1), cell, secrets)
