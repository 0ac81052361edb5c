"""Keyed pseudonyms: the same business always, no business for whoever lacks the key."""

import hmac
import os
import secrets
from pathlib import Path

import pandas as pd

from ternois_analysis import paths
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.intake.private import make_folder, sync_folder

#: Key of the demonstration register. It is no secret: the businesses it hides are invented.
DEMONSTRATION_KEY = b"demonstration register, fictitious businesses"
_BYTES = 32
_HEX = 16


def pseudonyms(identifiers: pd.Series, key: bytes) -> pd.Series:
    """First 16 hexadecimal digits of HMAC-SHA256 of each SIREN; "" stays "".

    A pseudonym is still personal data: it stays in the store.
    """
    different = {text: _pseudonym(text, key) for text in identifiers.unique()}
    return identifiers.map(different).astype("str")


def _pseudonym(identifier: str, key: bytes) -> str:
    return hmac.digest(key, identifier.encode(), "sha256").hex()[:_HEX] if identifier else ""


def key() -> bytes:
    """The key of this store, made at its first use; owner-only, never written anywhere else.

    Losing it makes new transfers impossible to join with old ones; whoever holds it and a list of
    SIREN can undo the pseudonyms.

    Raises
    ------
    SourceError
        If the key is cut or readable by others.
    """
    path = paths.store() / "key"
    make_folder(path.parent)
    if not path.exists():
        _create(path)
    content = path.read_bytes()
    loose = os.name == "posix" and path.stat().st_mode & 0o077
    if len(content) != _BYTES or loose:
        raise SourceError(
            explain(
                f"{path} is not a sound key",
                expected=f"{_BYTES} bytes, readable by its owner only",
                found=f"{len(content)} bytes, mode {path.stat().st_mode & 0o777:o}",
                do="Restore it from its backup, or run chmod 600 on it.",
            )
        )
    return content


def _create(path: Path) -> None:
    """Write a new key whole, then give it its name unless another process was faster."""
    draft = path.with_name(f".key-{os.getpid()}-{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_bytes(_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(draft, path)  # fails, atomically, when the key exists
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(path.parent)
