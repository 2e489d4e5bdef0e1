import json

from classpulse.live.messages import MAX_FRAME_BYTES, progress_texts, snapshot_texts
from classpulse.progress.model import StudentProgress, fold_student

from tests.builders import NOW, make_fact


def students(number: int) -> list[StudentProgress]:
    return [fold_student([make_fact(userId=f"学生{n}", userName="名" * 50)], revision=n) for n in range(number)]


def test_a_large_class_is_split_completely_below_the_frame_limit() -> None:
    texts = snapshot_texts("c", 300, students(300), NOW)
    messages = [json.loads(text) for text in texts]
    assert max(len(text.encode()) for text in texts) <= MAX_FRAME_BYTES
    assert [message["part"] for message in messages] == list(range(1, len(texts) + 1))
    assert {(m["type"], m["classId"], m["revision"], m["parts"]) for m in messages} == {
        ("snapshot", "c", 300, len(texts))
    }
    assert [s["userId"] for m in messages for s in m["students"]] == [f"学生{n}" for n in range(300)]


def test_an_empty_class_is_one_empty_message() -> None:
    (text,) = snapshot_texts("c", 0, [], NOW)
    assert json.loads(text)["students"] == []


def test_a_class_named_like_json_does_no_harm() -> None:
    (text,) = progress_texts('"students":[]', 1, students(1), NOW, revisions=[1])
    message = json.loads(text)
    assert message["classId"] == '"students":[]'
    assert len(message["students"]) == 1
    assert message["revisions"] == [1]
