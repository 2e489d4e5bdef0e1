"""Schedule expressions against a calendar: month ends, leap years, ranges across the end of a week, and refusals.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.sources.schedule.expressions import MONTHS, WEEKDAYS, Cron, parse

DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))
MONTH_STARTS = DAYS.map(lambda day: day.replace(day=1))


def cron_of(expression: str) -> Cron:
    found = parse(expression)
    assert isinstance(found, Cron)
    return found


def is_due(cron: Cron, day: date, hour: int = 0, minute: int = 0) -> bool:
    return cron.matches(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC))


def days_of(month: date) -> Iterator[date]:
    for number in range(calendar.monthrange(month.year, month.month)[1]):
        yield month.replace(day=1) + timedelta(number)


def due_in(expression: str, first: str, last: str) -> list[str]:
    """The days from first to last on which it is due, as month-day."""
    cron = cron_of(expression)
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    every = (day + timedelta(number) for number in range((end - day).days + 1))
    return [f"{found:%m-%d}" for found in every if is_due(cron, found)]


def from_sunday(day: date) -> int:
    """AWS' number of the day of the week; 4 January 1970 was a Sunday."""
    return (day - date(1970, 1, 4)).days % 7 + 1


@pytest.mark.parametrize(
    ("expression", "first", "last", "due"),
    [
        # The last day of February: 2100 is no leap year, 2000 was one.
        ("cron(0 0 L FEB ? *)", "2024-02-01", "2024-03-01", ["02-29"]),
        ("cron(0 0 L FEB ? *)", "2026-02-01", "2026-03-01", ["02-28"]),
        ("cron(0 0 L 2 ? *)", "2100-02-01", "2100-03-01", ["02-28"]),
        ("cron(0 0 L 2 ? *)", "2000-02-01", "2000-03-01", ["02-29"]),
        ("cron(0 0 29 2 ? *)", "2025-01-01", "2027-12-31", []),
        ("cron(0 0 31 * ? *)", "2026-01-01", "2026-07-31", ["01-31", "03-31", "05-31", "07-31"]),
        ("cron(0 0 L * ? *)", "2026-01-01", "2026-04-30", ["01-31", "02-28", "03-31", "04-30"]),
        # 1 August 2026 is a Saturday: the nearest weekday within the month is Monday the 3rd. 1 March is a Sunday.
        ("cron(0 0 1W AUG ? *)", "2026-07-30", "2026-08-31", ["08-03"]),
        ("cron(0 0 1W MAR ? *)", "2026-02-27", "2026-03-31", ["03-02"]),
        # 31 May 2026 is a Sunday and the last: the nearest within the month is Friday the 29th.
        ("cron(0 0 31W MAY ? *)", "2026-05-01", "2026-06-02", ["05-29"]),
        ("cron(0 0 15W * ? *)", "2026-08-01", "2026-09-30", ["08-14", "09-15"]),
        # January 2026 began on a Thursday.
        ("cron(0 0 ? JAN FRI#5 *)", "2026-01-01", "2026-01-31", ["01-30"]),
        ("cron(0 0 ? FEB FRI#5 *)", "2026-02-01", "2026-02-28", []),
        ("cron(0 0 ? JAN 5L *)", "2026-01-01", "2026-01-31", ["01-29"]),
        ("cron(0 0 ? JAN sunL *)", "2026-01-01", "2026-01-31", ["01-25"]),
        ("cron(0 0 ? JAN L *)", "2026-01-01", "2026-01-31", ["01-03", "01-10", "01-17", "01-24", "01-31"]),
        ("cron(0 0 ? JAN FRI-MON *)", "2026-01-01", "2026-01-09", ["01-02", "01-03", "01-04", "01-05", "01-09"]),
        ("cron(0 0 1 NOV-FEB ? *)", "2026-01-01", "2026-12-31", ["01-01", "02-01", "11-01", "12-01"]),
        ("cron(0 0 ? 1 MON,3 *)", "2026-01-01", "2026-01-08", ["01-05", "01-06"]),
        ("cron(0 0 1 1 ? 2026/2)", "2024-01-01", "2029-01-01", ["01-01", "01-01"]),
        ("cron(0 0 1/10 1 ? 2026)", "2026-01-01", "2027-12-31", ["01-01", "01-11", "01-21", "01-31"]),
        ("cron(0 0 5-9/2 1 ? *)", "2026-01-01", "2026-01-31", ["01-05", "01-07", "01-09"]),
    ],
)
def test_a_cron_expression_is_due_on_the_days_of_the_calendar(
    expression: str, first: str, last: str, due: list[str]
) -> None:
    assert due_in(expression, first, last) == due


def test_a_range_of_hours_may_cross_midnight() -> None:
    cron = cron_of("cron(30 22-2 * * ? *)")
    found = [hour for hour in range(24) if is_due(cron, date(2026, 1, 1), hour, 30)]
    assert found == [0, 1, 2, 22, 23]
    assert not is_due(cron, date(2026, 1, 1), 23, 29)


NUMBERS = {"minutes": (0, 59), "hours": (0, 23), "days": (1, 31), "months": (1, 12)}
FIELDS = st.fixed_dictionaries(
    {name: st.sets(st.integers(low, high), min_size=1) for name, (low, high) in NUMBERS.items()}
)


@given(fields=FIELDS, moment=st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)))
def test_an_expression_is_due_when_every_field_matches(fields: dict[str, set[int]], moment: datetime) -> None:
    text = {name: ",".join(map(str, sorted(numbers))) for name, numbers in fields.items()}
    cron = cron_of(f"cron({text['minutes']} {text['hours']} {text['days']} {text['months']} ? *)")
    now = {"minutes": moment.minute, "hours": moment.hour, "days": moment.day, "months": moment.month}
    assert cron.matches(moment.replace(tzinfo=UTC)) == all(now[name] in fields[name] for name in fields)


@given(first=st.sampled_from(sorted(WEEKDAYS)), last=st.sampled_from(sorted(WEEKDAYS)), day=DAYS)
def test_a_range_of_weekdays_may_cross_the_end_of_the_week(first: str, last: str, day: date) -> None:
    walked = [WEEKDAYS[first]]
    while walked[-1] != WEEKDAYS[last]:
        walked.append(walked[-1] % 7 + 1)
    assert is_due(cron_of(f"cron(0 0 ? * {first}-{last} *)"), day) == (from_sunday(day) in walked)


@given(low=st.integers(0, 59), step=st.integers(1, 59), minute=st.integers(0, 59))
def test_a_step_counts_from_its_start(low: int, step: int, minute: int) -> None:
    cron = cron_of(f"cron({low}/{step} 0 * * ? *)")
    assert is_due(cron, date(2026, 1, 1), 0, minute) == (minute in range(low, 60, step))


@given(wanted=st.integers(1, 28), month=MONTH_STARTS)
def test_w_is_due_on_the_nearest_weekday_within_the_month(wanted: int, month: date) -> None:
    cron = cron_of(f"cron(0 0 {wanted}W * ? *)")
    [found] = [day for day in days_of(month) if is_due(cron, day)]
    weekdays = [day for day in days_of(month) if from_sunday(day) not in {1, 7}]
    assert found in weekdays
    assert abs(found.day - wanted) == min(abs(day.day - wanted) for day in weekdays)


@given(weekday=st.integers(1, 7), nth=st.integers(1, 5), month=MONTH_STARTS)
def test_an_expression_may_name_the_nth_or_the_last_weekday_of_a_month(weekday: int, nth: int, month: date) -> None:
    those = [day for day in days_of(month) if from_sunday(day) == weekday]
    nth_one = cron_of(f"cron(0 0 ? * {weekday}#{nth} *)")
    last_one = cron_of(f"cron(0 0 ? * {weekday}L *)")
    assert [day for day in days_of(month) if is_due(nth_one, day)] == those[nth - 1 : nth]
    assert [day for day in days_of(month) if is_due(last_one, day)] == those[-1:]


def test_names_of_months_and_days_ignore_case() -> None:
    assert list(MONTHS.values()) == list(range(1, 13))
    for name, number in WEEKDAYS.items():
        for text in (name, name.lower()):
            [day] = due_in(f"cron(0 0 ? * {text} *)", "2026-11-22", "2026-11-28")
            assert int(day[3:]) - 21 == number


@pytest.mark.parametrize(
    ("expression", "remedy"),
    [
        ("rate(1 minutes)", "write rate(1 minute) or rate(2 minutes)"),
        ("rate(90 seconds)", "write rate(5 minutes)"),
        ("cron(0 12 * * *)", "six fields"),
        ("cron(0 12 * * MON *)", "exactly one of day of month and day of week must be ?"),
        ("cron(60 * * * ? *)", "`60` is not a minute (0-59)"),
        ("cron(0 -1 * * ? *)", "`` is not an hour (0-23)"),
        ("cron(0 0 1-2-3 * ? *)", "`2-3` is not a day of the month (1-31)"),
        ("cron(0 0 a,1 * ? *)", "`a` is not a day of the month (1-31)"),
        ("cron(0 0 ,1 * ? *)", "`` is not a day of the month (1-31)"),
        ("cron(0 0 1 1_0 ? *)", "`1_0` is not a month (1-12, JAN-DEC)"),
        ("cron(0 0 ? * 0 *)", "`0` is not a day of the week (1-7, SUN-SAT)"),
        ("cron(0 0 ? * * 1969)", "`1969` is not a year (1970-2199)"),
        ("cron(0 0 1/x * ? *)", "`1/x` has no step: write a number from 1 after the slash"),
    ],
)
def test_a_refused_expression_names_a_valid_one(expression: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=r"^cron|^rate") as failure:
        parse(expression)
    assert remedy in str(failure.value)


# In a template's order: minute, hour, day of month, month, day of week, year.
@pytest.mark.parametrize(
    "fields",
    [
        "? 0 * * ? *",
        "0 ? * * ? *",
        "0 0 * ? ? *",
        "0 0 * * ? ?",
        "0 0 1,? * ? *",
        "0 0 0W * ? *",
        "0 0 32W * ? *",
        "0 0 LW * ? *",
        "0 0 ? * 8#1 *",
        "0 0 ? * TUE#6 *",
        "0 0 ? * 0L *",
        "1/ 0 * * ? *",
        "*/ 0 * * ? *",
        "1-/2 0 * * ? *",
    ],
)
def test_expressions_that_are_never_due_or_that_aws_refuses_are_refused_at_once(fields: str) -> None:
    with pytest.raises(ValueError, match=r"^cron\(.*\): "):
        parse(f"cron({fields})")
