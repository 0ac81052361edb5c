"""What a page would load from elsewhere: nothing, for a report opens without a network."""

import re
from html.parser import HTMLParser

#: Attributes through which a browser loads something on its own; `href` of a link does not.
_LOADING = {"src", "srcset", "poster", "data", "background", "formaction", "action", "xlink:href"}
_WITHIN = ("data:", "#", "about:", "blob:")
_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)")


class _Reader(HTMLParser):
    """Collects addresses; the standard library's parser is made to be subclassed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if not value:
                continue
            if name == "srcdoc":
                self.found += addresses(value)
            elif name == "style":
                self._css(value)
            elif (
                name in _LOADING or (name == "href" and tag not in ("a", "area"))
            ) and not value.strip().lower().startswith(_WITHIN):
                self.found.append(f"{tag} {name}={value.strip()[:120]}")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._css(data)

    def _css(self, text: str) -> None:
        for url, imported in _STYLE.findall(text):
            address = (url or imported).strip()
            if address and not address.lower().startswith(_WITHIN):
                self.found.append(f"style {address[:120]}")


def addresses(html: str) -> list[str]:
    """Every address that a browser would fetch to show `html`, frames within it included."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
