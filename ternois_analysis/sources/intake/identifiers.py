"""SIREN and SIRET: vectorised keys, and what a damaged one probably was."""

import numpy as np
import pandas as pd

#: The only company whose establishments may fail Luhn and pass a sum of digits modulo 5 (INSEE).
LA_POSTE = "356000000"


def _digits(values: pd.Series, length: int) -> tuple[pd.Series, np.ndarray]:
    shaped = values.str.fullmatch(rf"[0-9]{{{length}}}").fillna(False).astype(bool)
    joined = "".join(values[shaped]).encode("ascii")
    return shaped, np.frombuffer(joined, dtype=np.uint8).reshape(-1, length) - 48


def luhn(values: pd.Series, length: int) -> pd.Series:
    """Whether each text is `length` digits with a Luhn sum multiple of 10; all zeros pass here."""
    shaped, digits = _digits(values, length)
    doubled = digits.astype(np.int16)
    doubled[:, -2::-2] *= 2
    doubled[doubled > 9] -= 9
    return _put(shaped, doubled.sum(axis=1) % 10 == 0)


def _put(shaped: pd.Series, answers: np.ndarray) -> pd.Series:
    result = pd.Series(False, index=shaped.index)
    result[shaped] = answers
    return result


def is_siren(values: pd.Series) -> pd.Series:
    """Whether each text is a SIREN: 9 digits, Luhn, not all zeros."""
    return luhn(values, 9) & (values != "0" * 9)


def is_siret(values: pd.Series) -> pd.Series:
    """Whether each text is a SIRET: 14 digits, Luhn (or La Poste's sum modulo 5), not all zeros."""
    shaped, digits = _digits(values, 14)
    fives = _put(shaped, digits.sum(axis=1) % 5 == 0)
    poste = values.str.startswith(LA_POSTE).fillna(False).astype(bool)
    return (luhn(values, 14) | (poste & fives)) & (values != "0" * 14)


def damage(values: pd.Series, length: int) -> pd.Series:
    """What is wrong with identifiers that failed, in French, with the correction when it is plain.

    Parameters
    ----------
    values : Series of str
        Refused SIREN (`length` 9) or SIRET (14), spaces removed.

    Returns
    -------
    Series of str
        Two sentences parted by a tab: the reason and the proposed correction (may be empty). No
        digit of the identifier is repeated.
    """
    good = is_siren if length == 9 else is_siret
    padded = values.str.zfill(length)
    short = values.str.fullmatch(rf"[0-9]{{{length - 5},{length - 1}}}").fillna(False) & good(
        padded
    )
    reasons = pd.Series(
        "la clé de contrôle est fausse\treprendre le numéro dans Sirene", index=values.index
    )
    counted = values.str.len().astype(str) + f" caractères au lieu de {length}\t"
    shaped = values.str.fullmatch(rf"[0-9]{{{length}}}").fillna(False).astype(bool)
    reasons = reasons.where(shaped, counted)
    eaten = (length - values.str.len()).astype(str)
    reasons = reasons.mask(
        short,
        values.str.len().astype(str)
        + " chiffres : un tableur a retiré les zéros de tête\tcompléter par "
        + eaten
        + " zéro(s) à gauche : la clé devient juste",
    )
    science = values.str.fullmatch(r"[0-9][.,]?[0-9]*E\+?[0-9]+", case=False).fillna(False)
    reasons = reasons.mask(
        science.astype(bool),
        "notation scientifique d'un tableur : les derniers chiffres sont perdus"
        "\treprendre le numéro dans Sirene",
    )
    reasons = reasons.mask(values.str.fullmatch("0+").fillna(False), "que des zéros\t")
    return reasons.mask(values == "", "absent\t")
