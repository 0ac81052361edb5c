"""The two lists of dependencies say the same, and the locks hold what they ask."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_conda_environment_asks_for_the_same_packages_and_bounds():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = set(environment["dependencies"]) - {"pip"}
    wanted = set(PROJECT["dependencies"]) | set(PROJECT["optional-dependencies"]["lab"])
    assert conda == wanted | {f"python{PROJECT['requires-python']}"}


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", []),
        ("requirements-lab.lock", ["lab"]),
        ("requirements-dev.lock", ["dev"]),
    ],
)
def test_every_locked_package_has_a_hash_and_every_wanted_package_is_locked(lock, extras):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9][a-z0-9.-]*)==(.+?)(?=^[a-z0-9]|\Z)", text, re.M | re.S)
    assert all("--hash=sha256:" in body for _, body in entries)
    wanted = [*PROJECT["dependencies"]]
    for extra in extras:
        wanted += PROJECT["optional-dependencies"][extra]
    names = {re.split(r"[<>=!~\[ ]", item, maxsplit=1)[0] for item in wanted}
    assert names <= {name for name, _ in entries}


def test_no_file_of_the_set_up_names_a_registry_host():
    for name in ("Makefile", "pyproject.toml", *(p.name for p in ROOT.glob("*.lock"))):
        assert "index-url" not in (ROOT / name).read_text(encoding="utf-8")
