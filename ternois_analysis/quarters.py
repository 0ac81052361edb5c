"""Quarters, their last day and their freeze: the calendar that chooses the millésimes."""

import datetime as dt
import re
from dataclasses import dataclass

from ternois_analysis.errors import ReportError, explain

#: Days after a quarter's last day at which its data are frozen.
FREEZE_DAYS = 20


@dataclass(frozen=True, order=True)
class Quarter:
    """A civil quarter; prints as its code, `2026Q3`."""

    year: int
    rank: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.rank}"

    @property
    def first_day(self) -> dt.date:
        """First day of the quarter."""
        return dt.date(self.year, 3 * self.rank - 2, 1)

    @property
    def last_day(self) -> dt.date:
        """Last day of the quarter: no figure describes a later day."""
        return self.shifted(1).first_day - dt.timedelta(days=1)

    @property
    def freeze(self) -> dt.date:
        """Day after which no new file enters the quarter."""
        return self.last_day + dt.timedelta(days=FREEZE_DAYS)

    def shifted(self, quarters: int) -> "Quarter":
        """The quarter that many quarters later; earlier when negative."""
        count = self.year * 4 + self.rank - 1 + quarters
        return Quarter(count // 4, count % 4 + 1)


def parse(code: str) -> Quarter:
    """The quarter a code names: `2026Q3`, also `2026T3` as the French write it.

    Raises
    ------
    ReportError
        If the text is not a quarter between 2000 and 2099.
    """
    match = re.fullmatch(r"(20\d\d)-?[QTqt]([1-4])", str(code).strip())
    if not match:
        digits = re.findall(r"20\d\d|[1-4]", str(code))
        near = f"{digits[0]}Q{digits[1]}" if len(digits) == 2 and len(digits[0]) == 4 else "2026Q3"
        raise ReportError(
            explain(
                "Unknown quarter",
                expected="a year and a quarter such as 2026Q3",
                found=code,
                do=f"Did you mean '{near}'?",
            )
        )
    return Quarter(int(match[1]), int(match[2]))


def latest_complete(today: dt.date | None = None) -> Quarter:
    """The last quarter that was over on `today` (default: the machine's date)."""
    day = today or dt.date.today()
    return Quarter(day.year, (day.month - 1) // 3 + 1).shifted(-1)


def check_begun(quarter: Quarter, today: dt.date | None = None) -> None:
    """Refuse a quarter that has not begun: there is nothing to report on.

    Raises
    ------
    ReportError
        Naming the latest complete quarter.
    """
    day = today or dt.date.today()
    if quarter.first_day > day:
        raise ReportError(
            explain(
                f"Quarter {quarter} has not begun",
                expected=f"a quarter that began by {day.isoformat()}",
                found=quarter,
                do=f"The latest complete one is {latest_complete(day)}.",
            )
        )
