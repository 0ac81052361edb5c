"""What is said in the place of a figure of the register where no register describes the place."""

from collections.abc import Sequence

from ternois_analysis.display import perimeter, words
from ternois_analysis.display.block import Block
from ternois_analysis.display.material import Material
from ternois_analysis.observatory import Observatory


def without_register(material: Material, title: str) -> Block | None:
    """A block with the reason and the command, or None where the register covers the place."""
    observatory = material.observatory
    missing = without_sources(observatory, ["registre"], title)
    if missing is not None:
        return missing
    if not set(material.place.communes) <= set(observatory.columns.covered):
        return perimeter.paragraphs(
            title, ["Le registre ne couvre pas toutes les communes de ce territoire : n.d."]
        )
    return None


def without_sources(observatory: Observatory, names: Sequence[str], title: str) -> Block | None:
    """The sources that are missing and the commands that install them; None if none is."""
    missing = [name for name in names if not observatory.sees(name)]
    if not missing:
        return None
    return perimeter.paragraphs(title, words.not_installed(missing))


def invented(material: Material) -> bool:
    """Whether the register is the demonstration one: then no sentence judges."""
    register = material.observatory.columns.register
    return register is not None and register.synthetic


#: In the place of a judgement.
NO_VERDICT = "Données de démonstration : aucun jugement n’en est tiré."
