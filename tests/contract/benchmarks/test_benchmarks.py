"""The basis of the measurements: the ledger, the report, the baseline's correctness, query plans."""

from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from benchmarks.baseline.models import Base
from benchmarks.baseline.worker import store
from benchmarks.classroom import Sent, class_start, lesson
from benchmarks.dashboards import Arrival, delays, painted
from benchmarks.ledger import Ledger
from benchmarks.report import report
from benchmarks.results import Aim, Plot, Result, Table
from benchmarks.scaling import scanned
from benchmarks.throughput import events_of

RESULT = Result(
    "throughput", "What it is.", "today", {"seconds": 1.0}, 2.0,
    [Aim("more", "≥ 2 times", "3.0 times", met=True), Aim("lost", "0", "1", met=False)],
    [Table("Rates", ["", "a second"], [["one", "17"]])],
    [
        Plot("bars", "Bars", "", "ms", {"a": [("x", 1.0)], "b": [("x", 2.0)]}, log="y", bars=True),
        Plot("lines", "Lines", "n", "ms", {"a": [(1.0, 1.0), (10.0, 2.0)]}, log="xy"),
    ],
    ["A note."],
)  # fmt: skip


def test_the_ledger_counts_lost_duplicated_and_unanswered_events() -> None:
    ledger = Ledger({"a", "b", "c", "d"}, {"a", "b", "c"})
    books = ledger.balance(["a", "b", "b", "d", "x"], counted=4)
    assert (books.lost, books.twice, books.unanswered, books.unknown) == (1, 1, 1, 1)
    fine = ledger.balance(["a", "b", "c"], counted=3)
    assert (fine.lost, fine.twice, fine.unanswered, fine.unknown) == (0, 0, 0, 0)
    assert ledger.balance(["a", "b", "c"], counted=5).twice == 2


def test_a_report_has_every_aim_table_and_plot(tmp_path: Path) -> None:
    assert Result.from_json(RESULT.to_json()) == RESULT
    text = report([RESULT], 90.0, tmp_path)
    assert "**not met**" in text
    assert "| one | 17 |" in text
    assert "1.5 minutes" in text
    for name in ("bars", "lines"):
        assert f"({name}.svg)" in text
        assert (tmp_path / f"{name}.svg").read_text().count("<svg") == 1


def test_a_post_has_arrived_with_the_first_message_that_counts_it() -> None:
    sent = [Sent(1.0, "ada", 1, 1.1), Sent(2.0, "ada", 3, 2.1), Sent(2.0, "bob", 1, 2.1)]
    update = '{"students": [{"userId": "ada", "events": 3}]}'
    found, missed = delays(sent, [Arrival(2.5, 0, update), Arrival(3.0, 0, update)], sockets=1)
    assert sorted((delay.due, delay.seconds) for delay in found) == [(1.0, 1.5), (2.0, 0.5)]
    assert missed == 1


def test_a_frame_that_shows_more_has_shown_less_too() -> None:
    assert painted({4: 1.0, 5: 2.0, 6: 9.0}, {"5": 2500.0, "6": None}) == [1.5, 0.5]


def test_a_class_is_the_same_for_the_same_seed_and_comes_within_ten_seconds() -> None:
    assert [post.due for post in lesson(20, 30, "a")] == [post.due for post in lesson(20, 30, "b")]
    first: dict[int, float] = {}
    for post in class_start(20, 30, "c"):
        first.setdefault(post.student, post.due)
    assert len(first) == 20
    assert max(first.values()) < 20


def test_the_baseline_stores_every_event(database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+pg8000://"))
    # The same database holds ClassPulse's tables and those of the baseline.
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA plan")
    plan = engine.execution_options(schema_translate_map={None: "plan"})
    Base.metadata.create_all(plan)
    events = events_of(1, 2, 90, 1, "plan")
    with Session(plan) as session:
        found = [store(session, event) for event in events]
        assert session.scalar(select(func.count()).select_from(Base.metadata.tables["executions"])) == 90
        assert session.scalar(select(func.count()).select_from(Base.metadata.tables["students"])) == 2
    assert found[-1]["runs"] == 45
    assert found[-1]["errors"] == sum(event["hasError"] for event in events if event["userId"] == events[-1]["userId"])
    engine.dispose()


def test_a_sequential_scan_is_detected() -> None:
    inner = {"Node Type": "Seq Scan", "Relation Name": "facts"}
    plan = {"Node Type": "Hash Join", "Plans": [inner, {"Node Type": "Index Scan", "Relation Name": "cells"}]}
    assert scanned(plan) == {"facts"}
