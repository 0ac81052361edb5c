"""The templates and the style sheet that pages and portals share."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from ternois_analysis import french
from ternois_analysis.display import theme
from ternois_analysis.publish.audience import AUDIENCES


def template(name: str) -> Template:
    """A template of this package."""
    return environment().get_template(name)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates with their French filters; an undefined name is an error."""
    env = Environment(
        loader=PackageLoader("ternois_analysis.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["date"] = lambda moment: french.date(moment[:10])
    env.filters["hour"] = lambda moment: (
        f"{moment[11:13]}{french.NBSP}h{french.NBSP}{moment[14:16]}"
    )
    env.filters["quarter"] = french.quarter
    env.filters["whole_quarter"] = _whole_quarter
    env.filters["audience"] = AUDIENCES.__getitem__
    env.filters["plural"] = french.plural
    env.filters["count"] = lambda n, noun: (
        f"{french.number(n)}{french.NBSP}{french.plural(n, noun)}"
    )
    env.globals["house"] = theme.identity
    env.globals["house_css"] = _house_style
    env.globals["css"] = Markup(_style())  # noqa: S704 - a file of this package
    return env


def _whole_quarter(code: str) -> str:
    """`2026Q3` gives `3e trimestre 2026`."""
    return f"{french.ordinal(int(code[-1]))}{french.NBSP}trimestre {code[:4]}"


def _house_style() -> Markup:
    """The colours and the first families of text that the house chose."""
    own = theme.identity()
    rules = f"--lead: {own.colour}; --link: {own.link};"
    body = ""
    if own.fonts:
        named = ", ".join(f'"{font}"' for font in own.fonts)
        body = f" body {{ font-family: {named}, var(--text); }}"
    return Markup(f":root {{ {rules} }}{body}")  # noqa: S704 - checked when the theme is read


def _style() -> str:
    return (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
