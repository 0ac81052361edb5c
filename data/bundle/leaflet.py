"""Leaflet, vendored: its script, its style with the images inside, its licence."""

import base64
import re

from pins import Cache, require


def leaflet(cache: Cache) -> dict[str, bytes]:
    """The three files to put in the library, by name; none of them reaches outside."""
    script = cache.read("leaflet", "dist/leaflet.js").decode("utf-8")
    # The source map is not vendored: a browser would ask for it.
    script = re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", script)
    style = cache.read("leaflet", "dist/leaflet.css").decode("utf-8")

    def inlined(match: re.Match[str]) -> str:
        image = cache.read("leaflet", f"dist/{match[1]}")
        return f"url(data:image/png;base64,{base64.b64encode(image).decode('ascii')})"

    style = re.sub(r"url\((images/[\w.-]+)\)", inlined, style)
    outside = re.findall(r"url\((?!data:|#)[^)]*\)", style)
    require(not outside, "Addresses in leaflet.css", "none", outside)
    require("sourceMappingURL" not in script, "Source map in leaflet.js", "none", "one")
    return {
        "leaflet.js": script.encode("utf-8"),
        "leaflet.css": style.encode("utf-8"),
        "LICENSE.txt": cache.read("leaflet", "LICENSE"),
    }
