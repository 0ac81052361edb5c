"""The invented artisans that let people see the directory before anyone has agreed to be in it."""

import datetime as dt

import pandas as pd

from ternois_analysis import paths
from ternois_analysis.sources.consents.accept import accept
from ternois_analysis.sources.register import DEMONSTRATION_KEY, key, objections, pseudonyms

_FILE = "guide/consentements_demonstration.csv"
#: Day on which the file is taken to come.
_RECEIVED = dt.date(2026, 10, 9)


def demonstration(communes: pd.DataFrame) -> pd.DataFrame:
    """The accepted rows of the invented file of consents, as `accept` describes them.

    Parameters
    ----------
    communes : DataFrame
        Columns commune and commune_name: where the businesses may be.
    """
    path = paths.data() / _FILE
    taken = accept(path, communes, key=DEMONSTRATION_KEY, received=_RECEIVED)
    refused = objections()
    if not refused:
        return taken.accepted
    own = pseudonyms(taken.sirens, key())
    return taken.accepted[~own.isin(refused)].reset_index(drop=True)
