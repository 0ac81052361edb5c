"""The right to object: businesses that are counted and never shown, in every output from now on."""

import pandas as pd

from ternois_analysis import paths
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.intake import is_siren
from ternois_analysis.sources.intake.private import make_folder, replace_private
from ternois_analysis.sources.register import pseudonyms


def objections() -> frozenset[str]:
    """Pseudonyms of the businesses whose head objected."""
    path = paths.store() / "register" / "objections.txt"
    if not path.is_file():
        return frozenset()
    return frozenset(path.read_text(encoding="ascii").split())


def object_to(siren: str) -> bool:
    """Note that the head of a business objects; only its pseudonym is kept.

    Parameters
    ----------
    siren : str
        Nine digits; spaces are allowed.

    Returns
    -------
    bool
        False if the objection was already noted.

    Raises
    ------
    SourceError
        If the text is not a SIREN.
    """
    digits = "".join(siren.split())
    if not is_siren(pd.Series([digits], dtype="str")).item():
        raise SourceError(
            explain(
                "The objection was not noted",
                expected="a SIREN: nine digits with a valid key",
                found=f"{len(digits)} characters",
                do="Check the number.",
            )
        )
    pseudonym = pseudonyms.pseudonyms(pd.Series([digits], dtype="str"), pseudonyms.key()).item()
    known = objections()
    if pseudonym in known:
        return False
    folder = make_folder(paths.store() / "register")
    content = "\n".join(sorted(known | {pseudonym})) + "\n"
    replace_private(folder / "objections.txt", content.encode("ascii"))
    return True


def honoured(register: pd.DataFrame) -> pd.DataFrame:
    """A register in which the businesses that objected are no longer listed; they stay counted."""
    return register.assign(listed=register["listed"] & ~register["business"].isin(objections()))
