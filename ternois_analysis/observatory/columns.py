"""Communes × columns: every source that a quarter sees, brought to one geography of communes."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, sources, territory
from ternois_analysis.catalog.sources import ColumnKind, SourceFile
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.observatory import contributed, craft
from ternois_analysis.quarters import Quarter
from ternois_analysis.trail import cached_property

#: Sources that describe the geography itself; they are not columns to add up.
_GEOGRAPHY = ("communes", "passage", "epci")


def key(column: str, millesime: str, category: str = "") -> str:
    """Name of one column of one millésime in the table of all columns: `population@2023`."""
    return f"{column}@{millesime}" + (f"#{category}" if category else "")


def vintage(name: str) -> str:
    """Millésime in the name of a column: `2023` for `population@2023`."""
    return name.partition("@")[2].partition("#")[0]


@dataclass(frozen=True, eq=False)
class Columns:
    """The commune tables that a quarter sees, in the codes of one year.

    `covered` are the communes that the craft register describes: there, none is zero; elsewhere it
    is unknown. `audience` decides which contributions of partners are among them.
    """

    quarter: Quarter
    communes: pd.DataFrame
    passage: pd.DataFrame
    cog: str
    covered: tuple[str, ...] = ()
    audience: str = "internal"

    def files(self, source: str) -> list[SourceFile]:
        """Files of a source that the quarter and the audience see, oldest first."""
        return contributed.seen(sources.visible(source, self.quarter), self.audience)

    @cached_property
    def table(self) -> pd.DataFrame:
        """All columns of all millésimes, one row a commune of the quarter's geography.

        The key `commune`, then columns named by `key`; missing where a source does not cover a
        commune.
        """
        if self.register is None:
            return self.without_register
        table = self.without_register
        counts = self._craft.reindex(table["commune"])
        return _joined(table, (column for _, column in counts.items()))

    @cached_property
    def without_register(self) -> pd.DataFrame:
        """`table` without the columns of the craft register, which takes as long as all others."""
        index = pd.Index(self.communes["commune"], name="commune")
        read = [(file, self._file(name, file)) for name, file in self._tables]
        parts = [part.reindex(index) for part in contributed.together(read)]
        ones = pd.Series(1, index=index, name=key("communes", self.cog))
        return _joined(index.to_frame(index=False), [*_best(parts), ones])

    def holding(self, names: Iterable[str]) -> pd.DataFrame:
        """`table`, or `without_register` when it has all columns of some names."""
        return self.table if any(map(_of_register, names)) else self.without_register

    @cached_property
    def _tables(self) -> list[tuple[str, SourceFile]]:
        """Source and file of each commune table that the quarter sees."""
        return [
            (name, file)
            for name, source in catalog.sources().items()
            if name not in _GEOGRAPHY and source.folder == "data"
            for file in self.files(name)
            if (file.level or source.level) == "commune"
        ]

    @cached_property
    def signs(self) -> pd.DataFrame:
        """What producers hid or do not have: commune of the quarter's geography, column, sign."""
        found = []
        for _, file in self._tables:
            marks = sources.signs(file)
            names = [_named(column, file.millesime) for column in marks["column"]]
            found.append(marks.assign(column=pd.Series(names, index=marks.index, dtype="str")))
        marks = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
        if marks.empty:
            return pd.DataFrame(columns=["commune", "column", "sign"], dtype="str")
        today = dict(zip(self.passage["commune_before"], self.passage["commune"], strict=True))
        marks["commune"] = marks["code"].map(lambda code: today.get(code, code))
        return marks[["commune", "column", "sign"]].drop_duplicates()

    @cached_property
    def partial(self) -> frozenset[str]:
        """Columns of `table` that come from a file cut to a part of its producer's extent."""
        return frozenset(
            name
            for source, file in self._tables
            if file.partial
            for name in self._file(source, file).columns
        )

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Figures that producers publish for whole territories.

        Indexed by level (« epci », « departement », « region », « france ») and code; columns named
        as in `table`.
        """
        parts: dict[str, list[pd.DataFrame]] = {}
        for name, source in catalog.sources().items():
            for file in self.files(name):
                level = file.level or source.level
                if level in ("epci", "departement", "region", "france"):
                    table = sources.read(name, file.millesime, part=file.part)
                    table = table.set_axis([_named(str(c), file.millesime) for c in table], axis=1)
                    parts.setdefault(level, []).append(pd.concat({level: table}, names=["level"]))
        if not parts:
            return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []], names=["level", "code"]))
        return pd.concat([pd.concat(_best(tables), axis=1) for tables in parts.values()])

    @cached_property
    def register(self) -> craft.Register | None:
        """The craft register in force, without any person in it."""
        return craft.register_of(self.quarter, self.communes, self.passage)

    @cached_property
    def contributions(self) -> dict[craft.Name, pd.Series]:
        """What each spell of the register adds to each count; empty without a register."""
        if self.register is None:
            return {}
        return craft.contributions(self.register.spells, self.quarter)

    @property
    def _craft(self) -> pd.DataFrame:
        if self.register is None:
            return pd.DataFrame()
        found = craft.commune_columns(
            {key(column, code, category): added
             for (column, category, code), added in self.contributions.items()},
            self.register.spells["commune"],
        )  # fmt: skip
        return found.reindex(list(self.covered), fill_value=0.0).rename_axis("commune")

    def owner(self, column: str) -> str:
        """Name of the source that a column comes from."""
        if column == "communes":
            return "communes"
        if _of_register(column):
            return craft.GENUINE if self.register is None else self.register.source
        return catalog.source_of_column(column)

    def millesimes(self, column: str) -> list[str]:
        """Millésimes of a column that the quarter sees, oldest first."""
        known = self._millesimes if _of_register(column) else self._open_millesimes
        return known.get(column, [])

    @cached_property
    def _millesimes(self) -> dict[str, list[str]]:
        return _vintages([*self.table.columns[1:], *self.levels.columns])

    @cached_property
    def _open_millesimes(self) -> dict[str, list[str]]:
        """Those that can be told without reading the craft register."""
        return _vintages([*self.without_register.columns[1:], *self.levels.columns])

    @cached_property
    def kinds(self) -> dict[str, ColumnKind]:
        """Kind of each column of `table`: « key », « additive » or « published »."""
        return self.kinds_of(self.table.columns)

    def kinds_of(self, names: Iterable[str]) -> dict[str, ColumnKind]:
        """Kind of some columns of `table`."""
        declared = {
            column: facts.kind
            for source in catalog.sources().values()
            for column, facts in source.columns.items()
        }
        return {
            name: "key" if name == "commune" else declared.get(name.partition("@")[0], "additive")
            for name in names
        }

    def newest(self, column: str) -> str:
        """Name of the newest millésime of a column in `table`."""
        return max(name for name in self.table.columns if name.partition("@")[0] == column)

    def _file(self, name: str, file: SourceFile) -> pd.DataFrame:
        """One file as communes × columns in the quarter's geography."""
        facts = catalog.source(name).columns
        kinds = {c: f.kind for c, f in facts.items() if f.kind in ("key", "additive", "published")}
        table = sources.read(name, file.millesime, part=file.part)
        if file.delivery:
            table = table.rename_axis("commune").reset_index()
            kinds = {str(c): kinds[str(c).partition("#")[0]] for c in table.columns}
        table = table[list(kinds)]
        if file.cog != self.cog:
            table = territory.to_cog(
                table, self.passage, self.communes, cog_from=file.cog, kinds=kinds
            )
        table = table.set_index("commune")
        return table.rename(columns={c: _named(str(c), file.millesime) for c in table})


def _joined(table: pd.DataFrame, columns: Iterable[pd.Series]) -> pd.DataFrame:
    """A table with columns of as many rows at its right, made whole: pandas is slow to add them."""
    every = [*(column for _, column in table.items()), *columns]
    return pd.DataFrame({str(column.name): column.array for column in every})


def _of_register(column: str) -> bool:
    return column.startswith("craft_")


def _vintages(names: Iterable[object]) -> dict[str, list[str]]:
    """Millésimes of each column, oldest first."""
    found: dict[str, set[str]] = {}
    for name in map(str, names):
        found.setdefault(name.partition("@")[0], set()).add(vintage(name))
    return {column: sorted(known) for column, known in found.items()}


def _named(column: str, millesime: str) -> str:
    name, _, category = column.partition("#")
    return key(name, millesime, category)


def _best(parts: list[pd.DataFrame]) -> list[pd.Series]:
    """Each column once: of those that files share, the one with most values, then the last."""
    chosen: dict[str, pd.Series] = {}
    for part in parts:
        for name, column in part.items():
            known = chosen.get(str(name))
            if known is None or column.count() >= known.count():
                chosen[str(name)] = column
    return list(chosen.values())


def geography(quarter: Quarter) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Communes, passage table and year of the codes in which a quarter is analysed.

    The newest geography that the quarter sees; for a quarter older than the bundle, the oldest
    one, so that figures of old quarters stay comparable with today's.
    """
    files = sources.visible("communes", quarter) or list(catalog.bundled("communes"))[:1]
    if not files:
        raise SourceError(
            explain(
                "No list of communes",
                expected="the source 'communes' in data/sources.yml",
                found="no file",
                do="Build the bundle again with `make bundle`.",
            )
        )
    cog = files[-1].cog
    return sources.read("communes", files[-1].millesime), sources.read("passage", cog), cog
