"""Turning a YAML mapping into a frozen dataclass, and saying clearly what does not fit."""

import dataclasses
import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import yaml

from ternois_analysis import paths, trail
from ternois_analysis.errors import SchemaError, explain

T = TypeVar("T")
#: Folder of `data/` whose files replace entries of the catalogues of the same names.
OWN = "catalog"


@trail.leaf("yaml")
def _content(place: str) -> str:
    """Digest of a file of facts; empty if it is missing."""
    path = paths.placed(place)
    return trail.digest(path.read_bytes()) if path.is_file() else ""


def load(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file, with the C parser where it exists; the file is noted as read.

    Raises
    ------
    SchemaError
        If the file is missing, is not YAML, or does not hold a mapping.
    """
    trail.note("yaml", paths.place(path))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe
    except FileNotFoundError as error:
        raise SchemaError(
            explain(f"{path} is missing", expected="a YAML file", found="nothing", do="Restore it.")
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SchemaError(f"{path} is not readable YAML: {error}. Mend the file.") from error
    if not isinstance(content, dict):
        raise SchemaError(
            explain(str(path), expected="a mapping", found=type(content).__name__, do="Mend it.")
        )
    return content


def house_first(name: str) -> tuple[tuple[Path, int], ...]:
    """The files that hold a catalogue, with their times of change: the package's, the house's.

    What is true of one Pays only lies in `data/catalog/` of its house: each key of a file there
    takes the place of the same key of the package's file.
    """
    own = paths.data() / OWN / name
    trail.note("yaml", paths.place(own))
    files = [Path(__file__).with_name(name), *([own] if own.is_file() else [])]
    return tuple((path, path.stat().st_mtime_ns) for path in files)


def merged(files: Iterable[tuple[Path, int]]) -> dict[str, Any]:
    """The mapping of a catalogue, from what `house_first` gives.

    Raises
    ------
    SchemaError
        If a file is not readable, or the house's has a key that the package's has not.
    """
    found: dict[str, Any] = {}
    for path, _ in files:
        content = load(path)
        if found and (unknown := [key for key in content if key not in found]):
            near = difflib.get_close_matches(str(unknown[0]), found, 1)
            do = f"Did you mean '{near[0]}'?" if near else "Remove the key."
            raise SchemaError(explain(str(path), expected=list(found), found=unknown, do=do))
        found |= content
    return found


def build(kind: type[T], entry: Mapping[str, Any], place: str) -> T:
    """An instance of the dataclass `kind` from a YAML mapping.

    Lists become tuples, nested mappings become the nested dataclass. A number where a text is
    declared is refused: YAML reads an unquoted code, year or date as something else.

    Raises
    ------
    SchemaError
        On an unknown or missing key (with the nearest known one) or a value of another type.
    """
    if not isinstance(entry, Mapping):
        raise SchemaError(explain(place, expected="a mapping", found=repr(entry), do="Mend it."))
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in entry:
        if key not in fields:
            near = difflib.get_close_matches(str(key), fields, 1)
            do = f"Did you mean '{near[0]}'?" if near else "Remove the key."
            raise SchemaError(explain(place, expected=list(fields), found=key, do=do))
    values = {}
    for name, field in fields.items():
        if name in entry:
            values[name] = _convert(entry[name], hints[name], f"{place}.{name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            expected = f"a key '{name}'"
            raise SchemaError(explain(place, expected=expected, found="none", do="Add it."))
    return kind(**values)


def _convert(value: Any, hint: Any, place: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _convert(value, next(a for a in arguments if a is not type(None)), place)
    if dataclasses.is_dataclass(hint):
        return build(hint, value, place)  # type: ignore[arg-type]
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(v, arguments[0], f"{place}[{i}]") for i, v in enumerate(value))
    if origin in (dict, Mapping) or origin is getattr(typing, "Mapping", None):
        if isinstance(value, Mapping):
            return {str(k): _convert(v, arguments[1], f"{place}.{k}") for k, v in value.items()}
    elif origin is typing.Literal:
        if value in arguments:
            return value
        raise SchemaError(explain(place, expected=list(arguments), found=value, do="Mend it."))
    elif hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    elif hint is Any or (isinstance(hint, type) and type(value) is hint):
        return value
    name = getattr(hint, "__name__", str(hint))
    raise SchemaError(
        explain(
            place,
            expected=name,
            found=f"{value!r} ({type(value).__name__})",
            do="Quote codes, years and dates in YAML." if hint is str else "Mend it.",
        )
    )
