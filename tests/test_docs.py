"""Every command of the documentation runs, and prints what the page says."""

import re
import sys

import docs_steps
import pytest

ROOT = docs_steps.ROOT
DOCS = ROOT / "docs"
#: The tutorial that makes another Pays is followed by `test_new_pays.py`, recipes beside this file:
#: files are shared out between processors.
PAGES = [
    page
    for page in docs_steps.with_commands()
    if page.parent.name != "howto" and page.stem != "tutorial-another-pays"
]
LONG = [
    page for page in docs_steps.with_commands(long=True) if page.stem != "tutorial-another-pays"
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_page_runs_and_prints_what_the_page_says(page, tmp_path):
    told = docs_steps.run(page, tmp_path)
    assert not told, "\n\n".join(told)


@pytest.mark.long
@pytest.mark.parametrize("page", LONG, ids=lambda page: page.stem)
def test_a_page_followed_to_the_letter(page, tmp_path):
    told = docs_steps.run(page, tmp_path, long=True)
    assert not told, "\n\n".join(told)


def test_every_command_named_anywhere_exists_with_its_options():
    sys.path.insert(0, str(DOCS))
    from ternois_docs import commands

    known = commands.known()
    wrong = []
    for page in [*docs_steps.pages(), ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md"]:
        for said in docs_steps.commands(page.read_text(encoding="utf-8")):
            named = [name for name in known if f"{said} ".startswith(f"{name} ")]
            group = any(name.startswith(said.split(" --")[0].rstrip(" …")) for name in known)
            if not named and not group:
                wrong.append(f"{page.name}: {said}")
            options = {
                option for name in named for each in known[name].params for option in each.opts
            }
            for option in re.findall(r"--[a-z][a-z-]*", said) if named else ():
                if option not in options | {"--help", "--version"}:
                    wrong.append(f"{page.name}: {said} has no {option}")
    assert wrong == []


def test_every_target_of_make_named_anywhere_exists():
    targets = re.findall(
        r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    told = [*docs_steps.pages(), ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md"]
    named = {
        target
        for page in told
        for target in re.findall(
            r"(?:`|^ {4}|^\$ )make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert {"reports", "test"} <= named <= set(targets)


def test_a_wrong_code_and_a_wrong_line_are_told(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ false\n$ echo one\ntwo\n$ (exit 3)  # exits with 3\n"
        "$ echo a b c\na … c\n```\n",
        encoding="utf-8",
    )
    told = docs_steps.run(page, tmp_path / "sandbox")
    assert [text.splitlines()[:2] for text in told] == [
        ["page.md:2: false", "ended with 1, not 0"],
        ["page.md:3: echo one", "did not print: two"],
    ]


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        ("no connection, 3 tries. Install it with --from FILE.", []),
        ("404, not a file. Install it with --from FILE.", ["ended with 1, not 0"]),
        ("no connection, 3 tries.", ["ended with 1, not 0"]),
    ],
)
def test_a_command_that_needs_a_site_may_fail_only_for_want_of_it(tmp_path, found, wrong):
    page = tmp_path / "page.md"
    said = f"lovac: lovac.csv cannot be downloaded. Expected: https://a.example. Found: {found}"
    command = f"echo Installed: rge; echo '{said}'; (exit 1)"
    page.write_text(f"```console\n$ {command}  # online  # long\n```\n", encoding="utf-8")
    assert docs_steps.run(page, tmp_path / "brief") == []
    told = docs_steps.run(page, tmp_path / "sandbox", long=True)
    assert [text.splitlines()[1] for text in told] == wrong
