"""The same pages by papermill and nbconvert: `papermills.py PROCESSES OUT QUARTER PLACES PAGES`.

Places and pages are separated by commas; the working folder is the house. With one process the
pages are made one after the other.
"""

import sys
from multiprocessing import Pool
from pathlib import Path

AUDIENCE = "partners"


def shell(out: Path, quarter: str, places: list[str], pages: list[str]) -> str:
    """The loop as one writes it in a shell: two commands a page."""
    given = f"-r territory $place -r quarter {quarter} -r audience {AUDIENCE}"
    return f"""
    set -e
    for place in {" ".join(places)}; do
      mkdir -p "{out}/$place"
      for page in {" ".join(pages)}; do
        "{sys.executable}" -m papermill notebooks/$page.ipynb "{out}/$place/$page.ipynb" \\
            {given} --cwd notebooks --no-progress-bar
        "{sys.executable}" -m nbconvert --to html --no-input "{out}/$place/$page.ipynb"
      done
    done
    """


def make(task: tuple[Path, str, str, str]) -> None:
    """One page: the executed notebook and its HTML."""
    import nbconvert
    import papermill

    out, quarter, place, page = task
    folder = out / place
    folder.mkdir(parents=True, exist_ok=True)
    executed = papermill.execute_notebook(
        f"notebooks/{page}.ipynb", folder / f"{page}.ipynb", cwd="notebooks", progress_bar=False,
        parameters={"territory": place, "quarter": quarter, "audience": AUDIENCE},
    )  # fmt: skip
    html, _ = nbconvert.HTMLExporter(exclude_input=True).from_notebook_node(executed)
    (folder / f"{page}.html").write_text(html, encoding="utf-8")


def main() -> None:
    processes, out, quarter, places, pages = sys.argv[1:]
    tasks = [
        (Path(out), quarter, place, page)
        for place in places.split(",")
        for page in pages.split(",")
    ]
    if processes == "1":
        for task in tasks:
            make(task)
    else:
        with Pool(int(processes)) as pool:
            pool.map(make, tasks, chunksize=1)


if __name__ == "__main__":
    main()
