"""What a result was made from: every fact read on the way is noted, kept results included.

A page must be made again when one of the things that it rests on has changed, and only then. Leaves
(a file seen, an entry of the catalogue, a register) are noted where they are read. A result kept in
memory remembers the leaves that it was made from and notes them again each time it is used, so that
a page finds what it rests on even if another page, or its parent process, had computed it before.
"""

import functools
import hashlib
import threading
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from typing import Any, Generic, ParamSpec, TypeVar, cast, overload

P = ParamSpec("P")
R = TypeVar("R")

#: Separates the kind of a leaf from what it is of: `files:populations@2026Q3`.
_SEPARATOR = ":"
_LENGTH = 16

_looks: dict[str, Callable[[str], str]] = {}


class Trail:
    """The leaves noted directly, and the trails of the kept results that were used."""

    __slots__ = ("leaves", "parts")

    def __init__(self) -> None:
        self.leaves: dict[str, str] = {}
        self.parts: set[Trail] = set()

    def all(self) -> dict[str, str]:
        """Digest of every leaf, by name, those of the parts included."""
        found: dict[str, str] = {}
        seen, waiting = {self}, [self]
        while waiting:
            trail = waiting.pop()
            found.update(trail.leaves)
            new = trail.parts - seen
            seen |= new
            waiting += new
        return found


class _Open(threading.local):
    def __init__(self) -> None:
        self.trails: list[Trail] = []
        self.base: Trail | None = None


_open = _Open()


@contextmanager
def followed() -> Iterator[Trail]:
    """Note what is read inside; it counts for what is around as well."""
    trail = Trail()
    with _noting(trail):
        yield trail
    _use(trail)


@contextmanager
def aside() -> Iterator[Trail]:
    """Note what is read inside, for itself alone: what is around says what it rests on."""
    trail = Trail()
    with _noting(trail):
        yield trail


def begin() -> None:
    """Note from now on, anew at each call, unless something else is being followed."""
    if not _open.trails or _open.trails == [_open.base]:
        _open.base = Trail()
        _open.trails = [_open.base]


def noted(kind: str) -> set[str]:
    """Keys of the leaves of a kind noted so far, by all that is being followed."""
    lead = f"{kind}{_SEPARATOR}"
    return {
        name.removeprefix(lead)
        for trail in _open.trails
        for name in trail.all()
        if name.startswith(lead)
    }


@contextmanager
def _noting(trail: Trail) -> Iterator[None]:
    _open.trails.append(trail)
    try:
        yield
    finally:
        _open.trails.pop()


def _use(trail: Trail) -> None:
    if _open.trails:
        _open.trails[-1].parts.add(trail)


def digest(content: object) -> str:
    """Short SHA-256 of bytes, of a text, or of how a value is written."""
    raw = content if isinstance(content, bytes) else str(content).encode()
    return hashlib.sha256(raw).hexdigest()[:_LENGTH]


def leaf(kind: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Declare how the digest of the leaves of a kind is taken: a function of their key.

    The function has no effect but to look, and gives the same text as long as nothing changed.
    """

    def declare(look: Callable[[str], str]) -> Callable[[str], str]:
        _looks[kind] = look
        return look

    return declare


def note(kind: str, key: str = "") -> None:
    """Note a leaf of a declared kind."""
    if _open.trails:
        name = f"{kind}{_SEPARATOR}{key}"
        trail = _open.trails[-1]
        if name not in trail.leaves:
            trail.leaves[name] = _look(kind, key)


def _look(kind: str, key: str) -> str:
    """The digest of a leaf; what is read for it is not noted in turn."""
    around, _open.trails = _open.trails, []
    try:
        return _looks[kind](key)
    finally:
        _open.trails = around


def now(name: str) -> str:
    """The digest that a leaf has now; empty if it can no longer be looked at."""
    kind, _, key = name.partition(_SEPARATOR)
    if kind not in _looks:
        return ""
    try:
        return _look(kind, key)
    except Exception:  # noqa: BLE001 - what is gone or unreadable is not what it was
        return ""


class Entries(dict[str, R]):
    """The entries of a catalogue by name; noted one by one where asked for, together where listed.

    Parameters
    ----------
    entries : mapping
    one, whole : str
        Kinds of the leaves: of an entry, by its name, and of all that there is.
    """

    def __init__(self, entries: Mapping[str, R], one: str, whole: str) -> None:
        super().__init__(entries)
        self.one, self.whole = one, whole

    def __getitem__(self, name: str) -> R:
        note(self.one, name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The entry of a name, or `default`."""
        note(self.one, name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        note(self.one, str(name))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        note(self.whole)
        return super().__iter__()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """All names."""
        note(self.whole)
        return super().keys()

    def values(self) -> ValuesView[R]:  # type: ignore[override]
        """All entries."""
        note(self.whole)
        return super().values()

    def items(self) -> ItemsView[str, R]:  # type: ignore[override]
        """All names with their entries."""
        note(self.whole)
        return super().items()


class Kept(Generic[P, R]):
    """A function whose results are kept, each with its trail."""

    def __init__(self, function: Callable[P, R], maxsize: int | None) -> None:
        functools.update_wrapper(self, function)
        self._results = functools.lru_cache(maxsize=maxsize)(_with_trail(function))

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The result, computed or kept; what it was made from is noted either way."""
        result, trail = self._results(*args, **kwargs)  # type: ignore[arg-type]
        _use(trail)
        return result

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else functools.partial(self, instance)  # type: ignore[arg-type]

    def cache_clear(self) -> None:
        """Forget all results."""
        self._results.cache_clear()

    def cache_info(self) -> Any:
        """As for `functools.lru_cache`."""
        return self._results.cache_info()


def _with_trail(function: Callable[P, R]) -> Callable[P, tuple[R, Trail]]:
    def followed_call(*args: P.args, **kwargs: P.kwargs) -> tuple[R, Trail]:
        with aside() as trail:
            return function(*args, **kwargs), trail

    return followed_call


def lru_cache(maxsize: int | None = 128) -> Callable[[Callable[P, R]], Kept[P, R]]:
    """As `functools.lru_cache`: a result taken from memory notes again what it was made from."""
    return lambda function: Kept(function, maxsize)


class cached_property(Generic[R]):  # noqa: N801 - named as what it stands for
    """As `functools.cached_property`: a value taken from memory notes what it was made from."""

    def __init__(self, function: Callable[[Any], R]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.trail = name, f"_trail_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> "cached_property[R]": ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> R: ...
    def __get__(self, instance: object, owner: type | None = None) -> "cached_property[R] | R":
        if instance is None:
            return self
        known = instance.__dict__
        if self.name not in known:
            with aside() as known[self.trail]:
                known[self.name] = self.function(instance)
        if self.trail in known:
            _use(known[self.trail])
        return cast(R, known[self.name])

    def __set__(self, instance: object, value: object) -> None:
        raise AttributeError(f"{self.name} is computed, not set")
