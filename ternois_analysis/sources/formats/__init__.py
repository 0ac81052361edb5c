"""Readers of producers' files, one module a format; each gives the pieces that a file brings."""

import importlib
from collections.abc import Sequence
from pathlib import Path

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece

__all__ = ["Delivered", "Ground", "Piece", "read"]


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """What a producer's file brings, by the reader that its delivery names.

    Parameters
    ----------
    paths : sequence of Path
        The file, then those that go with it.
    delivery : Delivery
    ground : Ground
        The communes, against which codes are checked.

    Raises
    ------
    SourceError
        If the file cannot be read.
    SchemaError
        If it has not the columns, codes or values that the delivery declares.
    """
    try:
        module = importlib.import_module(f"{__name__}.{delivery.format}")
    except ModuleNotFoundError as error:
        raise SchemaError(
            explain(
                f"Format of « {delivery.title} »",
                expected="a module of sources/formats",
                found=delivery.format,
                do="Mend its entry in data/sources.yml.",
            )
        ) from error
    found: Delivered = module.read(paths, delivery, ground)
    return found
