"""Invented values, shapes and catalogue entries for the tests of figures."""

import re

import geopandas as gpd
import pandas as pd
from shapely import box

from ternois_analysis.catalog.indicators import Indicator, Interval
from ternois_analysis.display.block import Caption
from ternois_analysis.observatory.values import COLUMNS

CAPTION = Caption(title="Un logement sur onze est vacant", source="Insee")

#: Four square communes of two kilometres, two by two in two groups.
CODES = ("62001", "62002", "62003", "62004")
NAMES = ("Écoivres", "Anvin", "Eps", "Croisette")
GROUPS = {"cc-a": "CC du Zeste", "cc-b": "CC de l'Aire"}


def shapes() -> gpd.GeoDataFrame:
    squares = [box(x, y, x + 2000, y + 2000) for y in (0, 2000) for x in (0, 2000)]
    return gpd.GeoDataFrame(
        {"name": NAMES, "group": ["cc-a", "cc-a", "cc-b", "cc-b"]},
        geometry=squares,
        index=pd.Index(CODES),
        crs=2154,
    )


def indicator(**changes) -> Indicator:
    facts = {
        "label": "Part des logements vacants",
        "short": "Logements vacants",
        "theme": "logement",
        "unit": "%",
        "decimals": 1,
        "definition": "Part des logements vacants",
        "nature": "share",
        "direction": "unfavourable",
        "secrecy": "SD0",
        "reading": "",
        "champ": "ensemble des logements",
        "breaks": (6.0, 8.0, 10.0, 12.0),
        "material": 1.0,
        "interval": Interval("wilson", "vacant", "dwellings", "variabilité de modèle"),
    }
    return Indicator(**facts | changes)


def row(territory: str, label: str, value: float | None, **changes) -> dict:
    facts = {
        "quarter": "2026Q3",
        "audience": "partners",
        "territory": territory,
        "territory_label": label,
        "indicator": "vacancy_rate_pct",
        "category": "",
        "period": "2021",
        "value": value,
        "low": None,
        "high": None,
        "n": None,
        "status": "ok",
        "note": "",
        "source": "recensement",
        "millesime": "2021",
        "synthetic": False,
    }
    return facts | changes


def table(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(("value", "low", "high", "n"), float))


def communes(numbers: list[float | None], statuses: list[str] | None = None, **changes):
    statuses = statuses or ["ok"] * len(numbers)
    return table(
        [
            row(f"commune-{code}", name, value, status=status, **changes)
            for code, name, value, status in zip(CODES, NAMES, numbers, statuses, strict=True)
        ]
    )


def texts(svg: str) -> list[str]:
    """What an SVG writes, in its order."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)
