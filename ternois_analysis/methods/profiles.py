"""Test values: what sets a class of units apart, on figures and on categories.

A test value is read as a standard normal score: beyond 2 in size, a class drawn at random would
rarely look so. Classes built from the same variables are not drawn at random: then it ranks the
variables and proves nothing. Reference: Lebart, Morineau and Piron 1995.
"""

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import refuse


def mean_test_values(values: pd.Series, classes: pd.Series) -> pd.Series:
    """Gap between the mean of each class and of all units, in standard errors without replacement.

    Parameters
    ----------
    values : Series
        A figure for each unit.
    classes : Series
        The class of each unit, same index.

    Returns
    -------
    Series
        Indexed by class. Units with a missing figure or class are left out. Missing for a class
        without known figure or with all units, and where nothing varies.
    """
    known = values.notna() & classes.notna()
    x, groups = values[known].astype("float64"), classes[known]
    by_class = x.groupby(groups)
    means, sizes = by_class.mean(), by_class.size().astype("float64")
    factor = (len(x) - sizes) / sizes / max(len(x) - 1, 1)
    # Equal figures can leave a variance of 1e-33.
    error = (factor * (x.var(ddof=0) if x.max() > x.min() else 0.0)).pow(0.5)
    found = (means - x.mean()) / error.where(error > 0)
    names = pd.Index(sorted(classes.dropna().unique()), name="class")
    return pd.Series(found.reindex(names), name="test_value", dtype="float64")


def category_value(joint: int, members: int, category: int, units: int) -> float:
    """Test value of a category in a class: the hypergeometric tail as a normal score.

    Parameters
    ----------
    joint : int
        Units of the class that have the category.
    members : int
        Units of the class.
    category : int
        Units that have the category.
    units : int
        All units.

    Returns
    -------
    float
        Positive where the category is more frequent in the class than in all units, negative where
        less; 0 where neither tail is below one half. Missing where the class or the category has
        none or all of the units.

    Raises
    ------
    SchemaError
        If a part is larger than its whole.
    """
    from scipy.stats import hypergeom, norm

    wrong = not max(0, members + category - units) <= joint <= min(members, category) <= units
    refuse(wrong or max(members, category) > units, "Units in a class", "a part of all", joint)
    if not (0 < members < units and 0 < category < units):
        return np.nan
    more = float(hypergeom.sf(joint - 1, units, category, members))
    less = float(hypergeom.cdf(joint, units, category, members))
    tail = min(max(min(more, less), np.finfo(float).tiny), 0.5)
    score = float(norm.isf(tail))
    return score if more < less else -score


def category_test_values(categories: pd.Series, classes: pd.Series) -> pd.DataFrame:
    """Test value of every category (columns) in every class (rows), as in `category_value`.

    Units with a missing category or class are left out.
    """
    counts = pd.crosstab(classes, categories)
    units, members, sizes = counts.to_numpy().sum(), counts.sum(axis=1), counts.sum(axis=0)
    rows = [
        [
            category_value(int(joint), int(own), int(size), int(units))
            for joint, size in zip(row, sizes, strict=True)
        ]
        for row, own in zip(counts.to_numpy(), members, strict=True)
    ]
    return pd.DataFrame(rows, index=counts.index, columns=counts.columns, dtype="float64")
