"""Total populations carried on by a trend that is chosen by its errors on past censuses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import territory
from ternois_analysis.methods.trends import (
    TRENDS,
    Trend,
    back_test,
    fan_from_errors,
    mape,
    project_total,
)
from ternois_analysis.observatory import values
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

OBSERVED, PROJECTED = "observé", "projeté"
LABELS: dict[Trend, str] = {
    "constant": "sans changement", "linear": "tendance linéaire",
    "exponential": "tendance exponentielle", "damped": "tendance amortie",
}  # fmt: skip
#: Probability of the fan, years projected, years kept back for the published back-test.
LEVEL, HORIZON, KEPT_BACK = 0.8, 5, 3
#: Years that a trend must know, territories of the trial, inhabitants under which all is « n.s. ».
_KNOWN, POOL, _LEAST = 3, 100, 200
_PROJECTED, _ERROR = "projected_population", "projection_error_pct"
#: Identifier of the territories of the trial in tables of errors.
TRIAL = "essai"


@dataclass(frozen=True, eq=False)
class Carried:
    """A population observed and projected, and what the past says of the projection.

    `rows` are values, `errors` the published back-test (category: trend and years ahead), `trend`
    the one chosen, `beats` whether it erred less than « no change », `origin` and `last` the years
    between which it was tried, `pool` what territories it was tried on, `count` how many.
    """

    rows: pd.DataFrame
    errors: pd.DataFrame
    trend: Trend
    beats: bool
    origin: int
    last: int
    pool: str
    count: int


@lru_cache(maxsize=24)
def carried(observatory: Observatory, place: Territory) -> Carried | None:
    """The population of a territory for the next years; None with too few years to try a trend.

    The trend is the one with the smallest mean error among territories of like size, projected from
    `KEPT_BACK` years ago; the fan holds the errors of that trend from every past year with
    three years known. Each is « n.s. » under 200 inhabitants.
    """
    own = _history(observatory, [place]).iloc[:, 0].dropna()
    if len(own) < _KNOWN + KEPT_BACK:
        return None
    pool, name = _pool(observatory, place, float(own.iloc[-1]))
    last = int(own.index[-1])
    origin = last - KEPT_BACK
    tried = back_test(pool, [origin])
    score = tried.groupby("trend")["error_pct"].apply(lambda errors: errors.abs().mean())
    chosen: Trend = min(TRENDS, key=lambda trend: float(score.get(trend, np.inf)))
    origins = [int(year) for year in own.index[_KNOWN - 1 : -1]]
    past = back_test(pool, origins, [chosen])
    ahead = project_total(own, range(last + 1, last + HORIZON + 1), chosen)
    fan = fan_from_errors(ahead, past, last, LEVEL)
    enough = float(own.iloc[-1]) >= _LEAST
    made = _values(observatory, place, own, fan, enough)
    errors = pd.concat([_errors(observatory, TRIAL, name, tried),
                        _errors(observatory, place.id, place.label,
                                back_test(own.to_frame(place.id), [origin]), enough)],
                       ignore_index=True)  # fmt: skip
    beats = chosen != "constant" and bool(score[chosen] < score["constant"])
    return Carried(made, errors, chosen, beats, origin, last, name, pool.shape[1])


def _history(observatory: Observatory, places: list[Territory]) -> pd.DataFrame:
    """Populations by year (rows) of territories (columns)."""
    columns = observatory.columns
    named = {key("population", year): int(year) for year in columns.millesimes("population")}
    table = columns.table[["commune", *named]]
    kinds = {name: columns.kinds[name] for name in table.columns}
    return territory.total(table, places, kinds).rename(columns=named).T.astype("float64")


def _pool(observatory: Observatory, place: Territory, size: float) -> tuple[pd.DataFrame, str]:
    """Past populations of the territories of the same kind that are nearest in size."""
    if place.kind == "commune":
        named = {key("population", y): int(y) for y in observatory.columns.millesimes("population")}
        table = observatory.columns.table.set_index("commune")[list(named)].rename(columns=named)
        others, name = table.drop(index=list(place.communes)).T.astype("float64"), "communes"
    elif place.kind in ("departement", "region", "france"):
        codes = sorted({code for code in observatory.columns.communes["departement"] if code})
        listed = [observatory.territory(f"departement-{code}") for code in codes if len(code) == 2]
        others, name = _history(observatory, listed), "départements"
    else:
        listed = [epci for epci in observatory.epcis if epci.communes != place.communes]
        others, name = _history(observatory, listed), "intercommunalités"
    whole = others.dropna(axis=1)
    whole = whole.loc[:, (whole > 0).all()]
    gap = np.log(whole.iloc[-1] / size).abs()
    return whole[gap.nsmallest(POOL).index], name


def _values(
    observatory: Observatory, place: Territory, own: pd.Series, fan: pd.DataFrame, enough: bool
) -> pd.DataFrame:
    years = ",".join(str(year) for year in own.index)
    rows = [
        _row(observatory, place.id, place.label, _PROJECTED, OBSERVED, str(year), years, value)
        for year, value in own.items()
    ]
    for year, (central, low, high) in fan.iterrows():
        status = "ok" if enough and not np.isnan(central) else "n.s."
        rows.append(_row(observatory, place.id, place.label, _PROJECTED, PROJECTED, str(year),
                         years, central, low, high, status=status))  # fmt: skip
    return pd.DataFrame(rows, columns=list(values.COLUMNS))


def _errors(
    observatory: Observatory, identifier: str, label: str, tried: pd.DataFrame, enough: bool = True
) -> pd.DataFrame:
    """Mean absolute error of each trend and number of years ahead."""
    names = {str(trend): label for trend, label in LABELS.items()}
    rows = []
    for (trend, ahead), group in tried.groupby(["trend", "horizon"], sort=False):
        error = mape(group["actual"], group["projected"])
        status = "ok" if enough and not np.isnan(error) else "n.s."
        years = f"{group['origin'].iloc[0]}-{group['year'].iloc[0]}"
        read = ",".join(observatory.columns.millesimes("population"))
        category = f"{names[str(trend)]}, {ahead} {'an' if ahead == 1 else 'ans'}"
        rows.append(_row(observatory, identifier, label, _ERROR, category, years,
                         read, error, n=float(len(group)),
                         status=status))  # fmt: skip
    return pd.DataFrame(rows, columns=list(values.COLUMNS))


def _row(
    observatory: Observatory, identifier: str, label: str, indicator: str, category: str,
    period: str, millesime: str, value: float, low: float = np.nan, high: float = np.nan,
    n: float = np.nan, status: str = "ok",
) -> dict[str, object]:  # fmt: skip
    numbers = (value, low, high, n) if status == "ok" else (np.nan,) * 4
    return {
        "quarter": str(observatory.quarter), "audience": observatory.audience,
        "territory": identifier, "territory_label": label, "indicator": indicator,
        "category": category, "period": period,
        **dict(zip(("value", "low", "high", "n"), numbers, strict=True)), "status": status,
        "note": "" if status == "ok" else "effectif insuffisant", "source": "populations",
        "millesime": millesime, "synthetic": False,
    }  # fmt: skip
