import dataclasses
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from mini import house, pages
from nbformat import v4

from ternois_analysis.display import theme
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import document, outside, page

FACTS = page.PageFacts(
    page="02_logement", territory="cc-mini", label="CC du <Mini>", quarter="2026Q3",
    audience="public", sources=tuple(house.FakeObservatory("2026Q3", "public").sources_used()),
    commit="3f2a1b9c0d1e", made="2026-10-05T09:31:00+02:00", provisional=False,
)  # fmt: skip


def notebook(*cells):
    """Markdown texts, and code cells with the outputs given as (kind, content)."""
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(v4.new_markdown_cell(cell))
        else:
            made.append(v4.new_code_cell("secret_code()", outputs=[cell]))
    return v4.new_notebook(cells=made)


def shown(**data):
    return v4.new_output("display_data", data={k.replace("__", "/"): v for k, v in data.items()})


def block(**options):
    made = pages.page("cc-mini", "2026Q3", "public").figure("a_pct", **options)
    return v4.new_output("display_data", data=made._repr_mimebundle_())


def text_of(html):
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.S).split())


def test_the_page_is_in_french_with_its_title_territory_quarter_and_audience():
    html = page.render(notebook("# Le logement : prix", "Bonjour"), FACTS)
    assert '<html lang="fr">' in html
    assert "<h1>Le logement\u00a0: prix</h1>" in html
    said = text_of(html).replace("\u00a0", " ")
    assert "Territoire CC du &lt;Mini&gt; Trimestre T3 2026 Diffusion public" in said
    assert html.count("Le logement\u00a0: prix</h1>") == 1


def test_code_is_left_out_and_so_are_warnings():
    html = page.render(
        notebook("# Titre", v4.new_output("stream", name="stderr", text="warned"), block()), FACTS
    )
    assert "secret_code" not in html
    assert "warned" not in html
    assert "Part a_pct" in html


@pytest.mark.parametrize(
    ("mark", "facts", "options"),
    [
        ("provisoire", {"provisional": True}, {}),
        ("données de démonstration", {}, {"synthetic": True}),
        ("usage interne", {"audience": "internal"}, {}),
    ],
)
def test_a_mark_is_printed_when_and_only_when_it_is_true(mark, facts, options):
    marked = f"<li>{mark}</li>"
    assert marked not in page.render(notebook("# Titre", block()), FACTS)
    changed = dataclasses.replace(FACTS, **facts)
    assert marked in page.render(notebook("# Titre", block(**options)), changed)


def test_the_contents_lead_to_each_heading_once():
    made = notebook("# Titre\n\n## Où ?\n\n## Où ?", "### Détail", "#### Trop fin", "# Autre")
    html = page.render(made, FACTS)
    nav = re.search(r"<nav class=\"contents\".*?</nav>", html, re.S)[0]
    assert re.findall(r'href="#([^"]+)"', nav) == ["ou", "ou-2", "detail", "autre"]
    assert re.findall(r' id="([^"]+)"', html).count("ou") == 1
    assert '<h2 id="autre">Autre</h2>' in html


def test_breadcrumbs_and_footer_link_to_neighbours_only():
    html = page.render(notebook("# Titre", block()), FACTS)
    links = set(re.findall(r'<a [^>]*href="([^"#]+)', html))
    assert links == {"../../../index.html", "../index.html", "values.csv", "run.json"}
    assert 'href="../index.html#cc-mini"' in html


def test_the_footer_names_the_sources_of_the_printed_values_the_code_and_the_day():
    said = text_of(page.render(notebook("# Titre", block()), FACTS)).replace("\u00a0", " ")
    assert "Personne, Comptes inventés, millésime 2023 (Licence Ouverte 2.0)" in said
    assert "Jamais cités" not in said
    assert "produite le 5 octobre 2026 à 09 h 31, version du code 3f2a1b9c0d1e" in said


def test_a_page_without_figures_has_no_list_of_sources():
    assert "<h2>Sources</h2>" not in page.render(notebook("# Titre"), FACTS)


def test_prose_is_typeset_and_code_in_it_is_not():
    body = document.read(notebook("Ça va ? `a ? b` « oui » 5 %"), "x").body
    assert body == "<p>Ça va\u202f? <code>a ? b</code> «\u00a0oui\u00a0» 5\u00a0%</p>"


def test_a_notebook_without_title_takes_its_name():
    assert "<h1>02_logement</h1>" in page.render(notebook("## Section"), FACTS)


def test_printed_text_and_plain_results_are_escaped():
    body = document.read(
        notebook(v4.new_output("stream", name="stdout", text="a < b"), shown(text__plain="<c>")), ""
    ).body
    assert body == '<pre class="printed">a &lt; b</pre>\n<pre class="printed">&lt;c&gt;</pre>'


def test_images_are_held_in_the_page():
    svg = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "http://x.org/d"><svg viewBox="0 0 1 1"></svg>'
    body = document.read(
        notebook(shown(image__png="aGk=\n"), shown(**{"image/svg+xml": svg})), ""
    ).body
    assert body == (
        '<div class="picture"><img alt="" src="data:image/png;base64,aGk="></div>\n'
        '<div class="picture"><svg viewBox="0 0 1 1"></svg></div>'
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://cdn.org/x.js"></script>',
        '<img src="//cdn.org/x.png">',
        '<img src="x.png">',
        '<img srcset="https://x.org/a.png 2x">',
        '<link rel="stylesheet" href="https://cdn.org/x.css">',
        '<p style="background: url(https://cdn.org/x.png)">',
        "<style>@import 'https://fonts.org/a.css';</style>",
        '<style>@font-face { src: url("https://fonts.org/a") }</style>',
        '<iframe src="https://tiles.org/"></iframe>',
        '<iframe srcdoc="&lt;script src=&quot;https://cdn.org/x.js&quot;&gt;"></iframe>',
        '<svg><image xlink:href="https://x.org/a.png"/></svg>',
        '<svg><use href="https://x.org/a.svg#b"/></svg>',
        '<object data="x.swf"></object>',
        '<video poster="https://x.org/a.png"></video>',
        '<form action="https://x.org"></form>',
    ],
)
def test_a_page_that_would_load_from_elsewhere_is_refused(markup):
    with pytest.raises(ReportError, match="would load from elsewhere"):
        page.render(notebook(shown(text__html=markup)), FACTS)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="https://www.insee.fr">Insee</a>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/><rect fill="url(#b)"/></svg>',
        '<img src="data:image/png;base64,aGk=">',
        "<style>a { background: url(data:image/png;base64,aGk=) }</style>",
        '<iframe srcdoc="&lt;p&gt;ici&lt;/p&gt;"></iframe>',
        "<script>const x = 'https://leafletjs.com'</script>",
    ],
)
def test_links_to_follow_and_what_is_in_the_page_load_nothing(markup):
    assert outside.addresses(markup) == []
    assert markup in page.render(notebook(shown(text__html=markup)), FACTS)


class Outline(HTMLParser):
    """Start tags and unclosed elements of a page."""

    VOID = frozenset(("meta", "link", "img", "br", "hr"))

    def __init__(self, html):
        super().__init__()
        self.open, self.tags = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_reachable_by_keyboard():
    outline = Outline(page.render(notebook("# Titre\n\n## Un", block()), FACTS))
    assert outline.open == []
    anchors = [a["href"] for tag, a in outline.tags if tag == "a"]
    ids = {a["id"] for _, a in outline.tags if "id" in a}
    assert anchors[0] == "#contenu"
    assert {h[1:] for h in anchors if h.startswith("#")} <= ids
    assert [tag for tag, _ in outline.tags if tag in ("main", "header", "footer", "h1")] == [
        "header", "h1", "main", "footer",
    ]  # fmt: skip
    assert all(
        "aria-label" in a or "aria-labelledby" in a for tag, a in outline.tags if tag == "nav"
    )


def colours():
    css = re.sub(r"\s+", " ", page.render(notebook("# T"), FACTS))
    return dict(re.findall(r"--(ink|soft|paper|tint|lead|link|warm): (#[0-9a-f]{3,6})", css))


def whole(colour):
    return colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])


@pytest.mark.parametrize("ink", ["ink", "soft", "lead", "link", "warm"])
@pytest.mark.parametrize("paper", ["paper", "tint"])
def test_text_reaches_the_contrast_of_wcag_aa(ink, paper):
    palette = {name: whole(colour) for name, colour in colours().items()}
    assert theme.contrast(palette[ink], palette[paper]) >= 4.5


CHROMIUM = shutil.which("chromium")
REQUIRED = "TERNOIS_REQUIRE_BROWSER" in os.environ


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="needs Chromium")
def test_a_browser_shows_the_frames_and_scripts_of_a_page_and_lets_none_out(tmp_path):
    inner = (
        "&lt;p id=in&gt;&lt;/p&gt;&lt;script&gt;parent.document.title += ' framed'&lt;/script&gt;"
    )
    markup = (
        f'<iframe srcdoc="{inner}"></iframe>'
        "<script>addEventListener('securitypolicyviolation', e => document.title += ' stopped');"
        "fetch('http://127.0.0.1:9/').catch(() => {});</script>"
    )
    path = tmp_path / "page.html"
    path.write_text(page.render(notebook("# Titre", shown(text__html=markup)), FACTS))
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=3000",
        "--dump-dom",
    ]
    dom = subprocess.run(
        [CHROMIUM, *flags, path.as_uri()], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    title = re.search(r"<title>(.*?)</title>", dom)[1]
    assert " framed" in title
    assert " stopped" in title
