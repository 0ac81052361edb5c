"""Every command of the recipes of the documentation runs, and prints what the page says."""

import docs_steps
import pytest

PAGES = [page for page in docs_steps.with_commands() if page.parent.name == "howto"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_recipe_runs_and_prints_what_the_page_says(page, tmp_path):
    told = docs_steps.run(page, tmp_path)
    assert not told, "\n\n".join(told)
