"""How the cells of a workbook are written: styles by use, texts that stay texts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ternois_analysis.display import theme
from ternois_analysis.publish import lettering

#: Size at which the reckoned font is as wide as Calibri 11; points of a unit of width of a column,
#: of a line, and of the highest row allowed.
_SIZE, _CHARACTER, _LINE, _HIGHEST = 9.5, 5.25, 15.0, 409.0
#: Height of the row of a title, in points.
_TITLE = 24.0

#: A text that starts so would be a formula for whoever edits the cell.
_COMMANDS = ("=", "+", "-", "@", "\t", "\r")
_USES: dict[str, dict[str, Any]] = {
    "plain": {},
    "wrapped": {"text_wrap": True},
    "whole": {"shrink": True},
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 12},
    "head": {"bold": True, "text_wrap": True, "bg_color": theme.QUALITATIVE[0],
             "font_color": theme.PAPER, "border": 1, "border_color": theme.LINE},
    "soft": {"font_color": theme.SOFT, "italic": True},
    "sign": {"align": "right", "font_color": theme.SOFT},
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Styles:
    """The formats of one workbook, each made once."""

    book: Any
    made: dict[tuple[str, str, bool], Any] = field(default_factory=dict)

    def of(self, use: str = "plain", number: str = "", *, quoted: bool = False) -> Any:
        """The format of a use, with a number format, or with Excel's own mark of a text."""
        key = (use, number, quoted)
        if key not in self.made:
            facts = {"font_name": "Calibri", "valign": "top"} | _USES[use]
            if number:
                facts["num_format"] = number
            if quoted:
                facts["quote_prefix"] = True
            self.made[key] = self.book.add_format(facts)
        return self.made[key]

    def text(self, sheet: Any, row: int, column: int, value: object, use: str = "plain") -> None:
        """Write a text as a text, whatever it starts with; nothing for an empty one."""
        written = str(value)
        if written:
            if use == "title":
                sheet.set_row(row, _TITLE)
            quoted = written.startswith(_COMMANDS)
            sheet.write_string(row, column, written, self.of(use, quoted=quoted))

    def number(self, sheet: Any, row: int, column: int, value: float, number: str) -> None:
        """Write a number in its format."""
        sheet.write_number(row, column, value, self.of("plain", number))


def tall(sheet: Any, row: int, texts: Iterable[tuple[str, float]], *, bold: bool = False) -> None:
    """Make a row as high as its wrapped texts, given the width of each one's column.

    Programs reckon heights when a cell is edited, not all of them when a file is opened.
    """
    most = max(
        (lettering.lines(text, width * _CHARACTER / _SIZE, bold) for text, width in texts),
        default=1,
    )
    if most > 1:
        sheet.set_row(row, min(most * _LINE, _HIGHEST))


def paper(sheet: Any, foot: str, *, head: int | None = None) -> None:
    """A4 across, one page wide, with a foot; the row of heads on each page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L&8{foot.replace('&', '&&')}&R&8&P / &N")
    sheet.hide_gridlines(2)
    if head is not None:
        sheet.repeat_rows(head)
