"""Identifiers that pass every key and belong to nobody."""

import numpy as np

#: The lowest SIREN that the public files show is 000325175 (Sirene, StockUniteLegale); the numbers
#: below it pass the key and designate no one.
#: Numbers from 31 500 on are left to the planted defects.
_BELOW = 31_500


def luhn_digit(digits: str) -> str:
    """The digit to add so that Luhn's sum is a multiple of 10."""
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits))]
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def sirens(rng: np.random.Generator, count: int) -> list[str]:
    """Different SIREN that nobody has."""
    bases = rng.choice(np.arange(1, _BELOW), size=count, replace=False)
    return [(base := f"{number:08d}") + luhn_digit(base) for number in bases]


def siret(siren: str, rank: int = 1) -> str:
    """The SIRET of an establishment of a SIREN."""
    base = f"{siren}{rank:04d}"
    return base + luhn_digit(base)


def phone(rank: int) -> str:
    """A number of the range that ARCEP keeps for fiction, 03 53 01 xx xx."""
    last = f"{rank % 10000:04d}"
    return f"03 53 01 {last[:2]} {last[2:]}"
