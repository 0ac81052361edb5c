"""The table that a received file fills: the rows that could be read, and those that could not."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import pandas as pd

#: Longest cell a spreadsheet can hold; a longer one is no value of a register.
MAX_CELL = 32_767
#: Control characters, no-break spaces and characters without width.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
#: How a formula without a result reads: no number, no place, no choice.
UNRESOLVED = "[formule sans résultat]"
#: Rows packed at a time.
_PACK = 20_000


@dataclass(frozen=True)
class Codes:
    """Ids of the checks that the intake itself makes, as the reasons cite them."""

    unreadable: str = "DQ01"
    odd: str = "DQ01b"
    cut: str = "DQ02"
    header: str = "DQ03"


@dataclass(frozen=True)
class Layout:
    """What the columns of a kind of file are called.

    `aliases` gives our field by plain header; texts of `repeat` fields standing in several columns
    are joined; of each group of `required` one field must be there. `flatten` turns one JSON item
    into fields; without it the item's own keys are read as headers. `heads` are the columns as
    their sender reads them, and `mend` what to do when one is missing. With `formulas`, a formula
    that was saved without its result reads as `UNRESOLVED`, not as an empty cell.
    """

    aliases: Mapping[str, str]
    fields: tuple[str, ...]
    required: tuple[tuple[str, ...], ...] = ()
    repeat: frozenset[str] = frozenset()
    flatten: Callable[[Mapping[str, Any]], dict[str, str]] | None = None
    codes: Codes = Codes()
    heads: Mapping[str, str] = field(default_factory=dict)
    mend: str = "Compare the header with the aliases in the catalogue."
    formulas: bool = False

    def told(self, group: Iterable[str], between: str) -> str:
        """Columns one of which is required, as their sender reads them."""
        return between.join(f"« {self.heads[n]} »" if n in self.heads else n for n in group)


@dataclass(frozen=True)
class Received:
    """What came in.

    `frame` has one row a readable record: the layout's fields as text ("" when empty), `part`,
    `line` (physical line, spreadsheet row or JSON rank, from 1) and `odd` (in another encoding).
    `malformed` has one row a record that could not be read: part, line, check, reason, proposal.
    `parts` are the facts of each part; `notices` what was refused or noticed, in French.
    """

    frame: pd.DataFrame
    malformed: pd.DataFrame
    parts: tuple[dict[str, Any], ...]
    notices: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows that came in, readable or not."""
        return len(self.frame) + len(self.malformed)


class Rows:
    """Rows being gathered from the parts of a file, packed as they come to spare memory."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._own = dict(enumerate(layout.fields))
        self._frames: list[pd.DataFrame] = []
        self._malformed: list[tuple[str, int, str, str, str]] = []
        self._start("", self._own)

    def _start(self, part: str, positions: Mapping[int, str]) -> None:
        self._part, self._positions = part, positions
        self._cells: list[list[str]] = []
        self._lines: list[int] = []
        self._odd: list[bool] = []

    def put(self, part: str, line: int, row: Mapping[str, str]) -> None:
        """Keep a row given by fields."""
        self.put_cells(part, line, [row.get(name, "") for name in self.layout.fields], self._own)

    def put_cells(
        self,
        part: str,
        line: int,
        cells: list[str],
        positions: Mapping[int, str],
        *,
        odd: bool = False,
    ) -> None:
        """Keep a row given by cells, `positions` naming the field of each."""
        if len(self._lines) >= _PACK or positions is not self._positions or part != self._part:
            self._pack()
            self._start(part, positions)
        self._cells.append(cells)
        self._lines.append(line)
        self._odd.append(odd)

    def set_aside(self, part: str, line: int, check: str, reason: str, proposal: str = "") -> None:
        """Account for a record that cannot be read."""
        self._malformed.append((part, line, check, reason, proposal))

    def _pack(self) -> None:
        """Turn the rows at hand into a table; a row with an impossible cell joins the malformed.

        Control characters and outer spaces are taken away.
        """
        columns, huge = self._columns(), set[int]()
        for name, column in columns.items():
            if max(map(len, column), default=0) > MAX_CELL:
                huge |= {row for row, cell in enumerate(column) if len(cell) > MAX_CELL}
            if not "".join(column).isprintable():
                columns[name] = [_INVISIBLE.sub(" ", cell) for cell in column]
        frame = pd.DataFrame(columns, index=range(len(self._lines)), dtype="str")
        frame = frame.apply(lambda texts: texts.str.strip())
        frame = frame.assign(
            part=pd.Series(self._part, frame.index, dtype="str"),
            line=pd.Series(self._lines, frame.index, dtype="int64"),
            odd=pd.Series(self._odd, frame.index, dtype="bool"),
        )
        for row in sorted(huge):
            reason = "une cellule démesurée"
            self.set_aside(self._part, self._lines[row], self.layout.codes.cut, reason)
        self._frames.append(frame.drop(index=list(huge)))

    def _columns(self) -> dict[str, list[str]]:
        """Texts by field; columns of a same field are joined, or the first filled one is kept."""
        turned = list(zip_longest(*self._cells, fillvalue=""))
        texts: dict[str, list[str]] = {}
        for position, name in self._positions.items():
            column = list(turned[position]) if position < len(turned) else [""] * len(self._cells)
            if name not in texts:
                texts[name] = column
            elif name in self.layout.repeat:
                texts[name] = [f"{a} {b}" for a, b in zip(texts[name], column, strict=True)]
            else:
                texts[name] = [a or b for a, b in zip(texts[name], column, strict=True)]
        return {name: texts.get(name, [""] * len(self._cells)) for name in self.layout.fields}

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The readable rows and the malformed ones, as `Received` describes them."""
        self._pack()
        malformed = pd.DataFrame(
            self._malformed, columns=["part", "line", "check", "reason", "proposal"]
        )
        frames, self._frames = self._frames, []
        return pd.concat(frames, ignore_index=True), malformed
