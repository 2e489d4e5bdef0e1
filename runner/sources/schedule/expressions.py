"""Schedule expressions: rate(5 minutes), cron(0 12 ? * MON-FRI *). All times are UTC, to the minute.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

UNITS = {"minute": 60, "hour": 3600, "day": 86400}
MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
# AWS counts the days of the week from Sunday, 1.
WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)}
RATE = re.compile(r"rate\(([0-9]+) (minute|hour|day)(s?)\)")
CRON = re.compile(r"cron\((.+)\)")


@dataclass(frozen=True)
class Field:
    """A field of a cron expression. called: its name in errors."""

    called: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Return the number of a digit string or a name. Raises ValueError."""
        number = self.names.get(text.upper())
        if number is None and text.isascii() and text.isdecimal():
            number = int(text)
        if number is None or not self.low <= number <= self.high:
            names = f", {next(iter(self.names))}-{list(self.names)[-1]}" if self.names else ""
            raise ValueError(f"`{text}` is not {self.called} ({self.low}-{self.high}{names})")
        return number

    def numbers(self, text: str) -> frozenset[int]:
        """Return the numbers that `*`, `5`, `1-5`, `*/15`, `10/5` and lists of them match. Raises ValueError."""
        return frozenset(number for part in text.split(",") for number in self._part(part))

    def _part(self, part: str) -> Iterator[int]:
        span, slash, step = part.partition("/")
        if slash and not (step.isascii() and step.isdecimal() and int(step) > 0):
            raise ValueError(f"`{part}` has no step: write a number from 1 after the slash")
        start, dash, end = span.partition("-")
        if span == "*":
            first, last = self.low, self.high
        else:
            first = self.number(start)
            last = self.number(end) if dash else self.high if slash else first
        # A range such as FRI-MON wraps around the end of the week.
        size = self.high - self.low + 1
        for offset in range(0, (last - first) % size + 1, int(step or 1)):
            yield self.low + (first - self.low + offset) % size


MINUTE = Field("a minute", 0, 59)
HOUR = Field("an hour", 0, 23)
DAY_OF_MONTH = Field("a day of the month", 1, 31)
MONTH = Field("a month", 1, 12, MONTHS)
DAY_OF_WEEK = Field("a day of the week", 1, 7, WEEKDAYS)
YEAR = Field("a year", 1970, 2199)


@dataclass(frozen=True)
class Rate:
    """An interval in seconds, counted from the start of the runner."""

    seconds: int


@dataclass(frozen=True)
class Cron:
    """The minutes for which `matches` returns True."""

    matches: Callable[[datetime], bool]


def parse(expression: str) -> Rate | Cron:
    """Return the schedule. Raises ValueError, which shows a correct expression."""
    if match := RATE.fullmatch(expression):
        value, unit, plural = int(match[1]), match[2], match[3]
        if value < 1 or (value == 1) == bool(plural):
            raise ValueError(f"{expression}: write rate(1 {unit}) or rate(2 {unit}s)")
        return Rate(value * UNITS[unit])
    if match := CRON.fullmatch(expression):
        return Cron(_cron(match[1].split(), expression))
    raise ValueError(f"{expression}: write rate(5 minutes) or cron(0 12 * * ? *)")


def _cron(fields: list[str], expression: str) -> Callable[[datetime], bool]:
    if len(fields) != 6:
        raise ValueError(f"{expression}: cron takes six fields: minute, hour, day of month, month, day of week, year")
    if (fields[2] == "?") == (fields[4] == "?"):
        raise ValueError(f"{expression}: exactly one of day of month and day of week must be ?")
    minute, hour, day_of_month, month, day_of_week, year = fields
    try:
        minutes, hours = MINUTE.numbers(minute), HOUR.numbers(hour)
        months, years = MONTH.numbers(month), YEAR.numbers(year)
        on_day = _day_of_month(day_of_month) if day_of_month != "?" else _day_of_week(day_of_week)
    except ValueError as error:
        raise ValueError(f"{expression}: {error}") from None

    def matches(moment: datetime) -> bool:
        in_time = moment.minute in minutes and moment.hour in hours
        return in_time and moment.month in months and moment.year in years and on_day(moment.date())

    return matches


def _day_of_month(field: str) -> Callable[[date], bool]:
    if field == "L":
        return lambda day: day.day == _last_day(day)
    if match := re.fullmatch(r"(.+)W", field):
        wanted = DAY_OF_MONTH.number(match[1])
        return lambda day: day == _nearest_weekday(day, wanted)
    days = DAY_OF_MONTH.numbers(field)
    return lambda day: day.day in days


def _day_of_week(field: str) -> Callable[[date], bool]:
    if match := re.fullmatch(r"(.+)#([1-5])", field):
        weekday, nth = DAY_OF_WEEK.number(match[1]), int(match[2])
        return lambda day: _weekday(day) == weekday and (day.day - 1) // 7 + 1 == nth
    if match := re.fullmatch(r"(.+)L", field):
        weekday = DAY_OF_WEEK.number(match[1])
        return lambda day: _weekday(day) == weekday and day.day > _last_day(day) - 7
    weekdays = DAY_OF_WEEK.numbers("SAT" if field == "L" else field)
    return lambda day: _weekday(day) in weekdays


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _last_day(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, wanted: int) -> date:
    """Return the weekday nearest to the wanted day of the month, within the month."""
    nearest = day.replace(day=min(wanted, _last_day(day)))
    if nearest.isoweekday() == 6:
        return nearest - timedelta(1) if nearest.day > 1 else nearest + timedelta(2)
    if nearest.isoweekday() == 7:
        return nearest + timedelta(1) if nearest.day < _last_day(day) else nearest - timedelta(2)
    return nearest
