"""The pictures of the README, made from a run: `python docs/pictures/make.py [FOLDER]`.

FOLDER is that of an audience, such as `reports/2026Q3/partners`; by default the newest one. The
slide needs LibreOffice, which draws it; without it the picture that is there stays.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
REPORTS = HERE.parent.parent / "reports"
WIDTH, HEIGHT = 1200, 760
#: Bytes of a picture, at most: they are kept by git.
LARGEST = 250_000
TERRITORY, PAGE, SLIDE = "pays-ternois", "02_demographie_habitat", 4


def main() -> None:
    """Make every picture and say where it lies."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else newest()
    place = folder / TERRITORY
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        keep("portail", shot(browser, folder / "index.html", ""))
        keep("carte", shot(browser, place / f"{PAGE}.html", "figure.map"))
        browser.close()
    keep("rapport", drawn(place / "14_bureau.pdf", 1))
    office = shutil.which("soffice")
    if office is None:
        print("diapositive.png stays as it is: LibreOffice is not installed")
        return
    with tempfile.TemporaryDirectory() as aside:
        order = [office, "--headless", "--convert-to", "pdf", "--outdir", aside]
        subprocess.run([*order, place / "bureau.pptx"], check=True, capture_output=True)
        keep("diapositive", drawn(Path(aside) / "bureau.pdf", SLIDE))


def newest() -> Path:
    """The partners' folder of the newest quarter."""
    found = sorted(REPORTS.glob("*/partners"))
    if not found:
        sys.exit("There is no report yet. Make them: make reports")
    return found[-1]


def shot(browser: Browser, page: Path, part: str) -> Image.Image:
    """A page as it opens, or its first part that a selector finds."""
    view = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    view.goto(page.resolve().as_uri())
    taken = view.locator(part).first.screenshot() if part else view.screenshot()
    return Image.open(io.BytesIO(taken))


def drawn(document: Path, number: int) -> Image.Image:
    """A page of a PDF, the first being 1."""
    page = pypdfium2.PdfDocument(document)[number - 1]
    return page.render(scale=WIDTH / page.get_width() * 0.8).to_pil()


def keep(name: str, picture: Image.Image) -> None:
    """Write a picture in few colours, small enough for git."""
    path = HERE / f"{name}.png"
    few = picture.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        path.unlink()
        sys.exit(f"{path.name} has {size} bytes, more than {LARGEST}: take a smaller part")
    print(path)


if __name__ == "__main__":
    main()
