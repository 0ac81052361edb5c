"""A block: one figure, table or text of a page, whole with its words, its data and its values."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from ternois_analysis import french
from ternois_analysis.display import markup, naming, theme
from ternois_analysis.display.published import NUMBERS
from ternois_analysis.observatory.values import COLUMNS

MIME = "application/vnd.ternois.block+json"
_READING = f"Lecture{french.NBSP}: "
Kind = Literal["map", "chart", "table", "text", "atlas"]


@dataclass(frozen=True)
class Caption:
    """The words around a figure, in French.

    `title` is the message; `subtitle` the definition, unit and date; `reading` explains one value
    (« Lecture : »); `champ` says what is counted; `source` is the credit line; `note` the rest.
    """

    title: str
    subtitle: str = ""
    reading: str = ""
    champ: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False)
class Block:
    """One part of a page. Publishers and notebooks read it; nothing else carries a number.

    Parameters
    ----------
    kind : {"map", "chart", "table", "text", "atlas"}
    title, subtitle, reading, champ, source, note : str
        As in `Caption`; `reading` starts with « Lecture : », the others have no leading word.
    svg : str
        A whole SVG document, or "" if the block has no still figure.
    html : str
        Extra HTML (a paragraph, an interactive map), or "".
    table : DataFrame or None
        Formatted French strings, the first column naming the rows. A line break in a cell parts
        the value from what is printed small under it.
    alt : str
        Alternative text of the figure.
    values : DataFrame
        The published values that the block prints.
    """

    kind: Kind
    title: str
    subtitle: str = ""
    svg: str = ""
    html: str = ""
    table: pd.DataFrame | None = None
    reading: str = ""
    champ: str = ""
    source: str = ""
    note: str = ""
    alt: str = ""
    values: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))

    @property
    def synthetic(self) -> bool:
        """Whether any of the values is invented, for demonstration."""
        return True in self.values["synthetic"].tolist()

    @property
    def key(self) -> str:
        """Ten letters and digits derived from the content; the prefix of ids in a page."""
        return _key(self.to_json())

    def to_html(self) -> str:
        """The block as one `<figure>`, every text escaped."""
        return self._html(self.key)

    def _html(self, key: str) -> str:
        return markup.figure(
            key,
            kind=self.kind,
            title=self.title,
            subtitle=self.subtitle,
            svg=self.svg,
            body=self.html,
            table=self.table,
            mark=theme.DEMONSTRATION if self.synthetic else "",
            lines={
                "Lecture": self.reading.removeprefix(_READING),
                "Champ": self.champ,
                "Source": self.source,
                "Note": self.note,
            },
        )

    def to_text(self) -> str:
        """Title and the first rows of the table, for a terminal."""
        head = [self.title] + ([self.subtitle] if self.subtitle else [])
        if self.table is None:
            return "\n".join(head)
        flat = self.table.head(5).replace("\n", " ", regex=True)
        return "\n".join([*head, flat.to_string(index=False)])

    def to_json(self) -> dict[str, Any]:
        """All of the block as JSON types; a missing number is None."""
        content = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        if self.table is not None:
            content["table"] = {
                "columns": [str(column) for column in self.table.columns],
                "rows": self.table.to_numpy().tolist(),
            }
        content["values"] = _records(self.values)
        return content

    @classmethod
    def from_json(cls, content: str | Mapping[str, Any]) -> "Block":
        """The block that `to_json` wrote, from its text or its mapping."""
        read = json.loads(content) if isinstance(content, str) else dict(content)
        if read["table"] is not None:
            read["table"] = pd.DataFrame(read["table"]["rows"], columns=read["table"]["columns"])
        read["values"] = _values(read["values"])
        return cls(**read)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        content = self.to_json()  # once: a map lists every commune with all its columns
        return {
            "text/html": self._html(_key(content)),
            "text/plain": self.to_text(),
            MIME: content,
        }


def _key(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return "b" + hashlib.sha256(text.encode()).hexdigest()[:9]


def _values(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The table of `_records`: numbers are made so first, as pandas is slow to convert columns."""
    names = records[0] if records else COLUMNS
    columns = {name: [record[name] for record in records] for name in names}
    numbers = {name: np.array(columns[name], dtype=float) for name in NUMBERS}
    texts = columns if records else dict.fromkeys(names, np.array([], dtype=object))
    return pd.DataFrame(texts | numbers)


def _records(values: pd.DataFrame) -> list[dict[str, Any]]:
    """One mapping a row, a missing number being None."""
    columns = [
        [None if lost else one for one, lost in zip(column.tolist(), column.isna(), strict=True)]
        for _, column in values.items()
    ]
    return [dict(zip(values.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def compose(
    kind: Kind,
    caption: Caption,
    values: pd.DataFrame,
    *,
    alt: str,
    svg: str = "",
    html: str = "",
    table: pd.DataFrame | None = None,
) -> Block:
    """A block whose words are typeset and whose note explains the signs that it prints.

    A perimeter that its table's territories share is told in the note, not in each of their names.

    Parameters
    ----------
    caption : Caption
        Plain French; « Lecture : » may be written or not.
    values : DataFrame
        Published values; each sign among their statuses is explained in the note.
    """
    reading = french.typeset(caption.reading).removeprefix(_READING)
    perimeter = ""
    if table is not None:
        table, perimeter = naming.headed(table)
        perimeter = "" if perimeter in caption.note else perimeter
    note = " ".join(part for part in (caption.note, perimeter, signs(values)) if part)
    return Block(
        kind=kind,
        title=french.typeset(caption.title),
        subtitle=french.typeset(caption.subtitle),
        svg=svg,
        html=html,
        table=table,
        reading=f"{_READING}{reading}" if reading else "",
        champ=french.typeset(caption.champ),
        source=french.typeset(caption.source),
        note=french.typeset(note),
        alt=french.typeset(alt),
        values=values.reset_index(drop=True),
    )


def with_note(caption: Caption, note: str) -> Caption:
    """The caption with one more sentence in its note."""
    return replace(caption, note=" ".join(part for part in (caption.note, note) if part))


def signs(values: pd.DataFrame) -> str:
    """`s : couvert par le secret statistique.` for the signs present, in a fixed order."""
    present = [sign for sign in theme.PATTERNS if (values["status"] == sign).any()]
    text = " ; ".join(f"{french.SIGNS[sign]} : {theme.MEANINGS[sign]}" for sign in present)
    return f"{text}." if text else ""
