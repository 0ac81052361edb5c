"""The facts of `echoes.yml`: indicators left out of tests because another one says the same."""

from collections.abc import Mapping
from pathlib import Path

from ternois_analysis.catalog.indicators import indicator
from ternois_analysis.catalog.reading import load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache


@lru_cache(maxsize=1)
def echoes() -> Mapping[str, str]:
    """The indicator that is tested, by the indicator that repeats it.

    Raises
    ------
    SchemaError
        If an indicator is unknown, or repeats one that is itself left out.
    """
    found = {str(name): str(other) for name, other in load(_path())["echoes"].items()}
    for name, other in found.items():
        indicator(name)
        indicator(other)
        if other in found:
            raise SchemaError(
                explain(
                    f"echoes.yml: {name}",
                    expected="an indicator that is tested",
                    found=f"{other}, which is left out too",
                    do="Name the one that is tested.",
                )
            )
    return found


def _path() -> Path:
    return Path(__file__).with_name("echoes.yml")
