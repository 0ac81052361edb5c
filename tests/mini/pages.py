"""Stands for the library in the miniature notebooks: blocks without data behind them."""

from dataclasses import dataclass
from html import escape

MIME = "application/vnd.ternois.block+json"


@dataclass(frozen=True)
class Block:
    """What a notebook displays: the three forms that the contract of blocks asks for."""

    title: str
    values: tuple[dict, ...]
    extra: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None):
        shown = ", ".join("s" if v["value"] is None else str(v["value"]) for v in self.values)
        html = (
            f'<figure class="block chart"><h3>{escape(self.title)}</h3><p>{shown}</p>{self.extra}'
            "<figcaption><p>Lecture : une valeur inventée.</p></figcaption></figure>"
        )
        content = {
            "kind": "chart", "title": self.title, "table": None, "values": list(self.values),
        }  # fmt: skip
        return {"text/html": html, "text/plain": self.title, MIME: content}


@dataclass(frozen=True)
class Page:
    """The page of one territory."""

    territory: str
    quarter: str
    audience: str

    def figure(self, indicator, number=7.25, *, synthetic=False, extra=""):
        """A block with a shown and a hidden value."""
        row = {
            "quarter": self.quarter, "audience": self.audience, "territory": self.territory,
            "territory_label": f"Le {self.territory}, dit « mini »", "indicator": indicator,
            "category": "", "period": "2023", "value": number, "low": None, "high": None,
            "n": 120, "status": "ok", "note": "", "source": "mini", "millesime": "2023",
            "synthetic": synthetic,
        }  # fmt: skip
        hidden = row | {"category": "petits", "value": None, "n": None, "status": "s"}
        return Block(f"Part {indicator}", (row, hidden), extra)


def page(territory, quarter, audience):
    """As `ternois_analysis.page`."""
    return Page(territory, quarter, audience)
