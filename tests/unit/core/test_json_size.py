"""Counting in JSON's bytes agrees with what a parser builds."""

import json
from typing import Any

import pytest
from classpulse.core import json_size
from classpulse.core.json_size import has_more_items, values_in
from hypothesis import given
from hypothesis import strategies as st

texts = st.text(st.sampled_from('[]{},"\\a:') | st.characters(), max_size=8)
values = st.recursive(
    st.none() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


def count(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + sum(map(count, inner))


@given(values, st.integers(1, 5), st.booleans())
def test_items_are_counted_as_a_parser_would(value: Any, most: int, escaped: bool) -> None:
    body = json.dumps(value, ensure_ascii=escaped).encode(errors="surrogatepass")
    assert has_more_items(body, most) == (isinstance(value, list) and len(value) > most)


@given(values)
def test_no_value_is_left_out_of_the_count(value: Any) -> None:
    assert count(value) <= values_in(json.dumps(value).encode()) <= 2 * count(value)


@pytest.mark.parametrize(
    "body", [b"", b"[", b"]" * 9, b'"', b'["', b'[{}, "' + b"\\" * 9, b"{},{},{}", b"[}{,,]", b"\xff,"]
)
def test_text_that_is_not_json_is_counted_too(body: bytes) -> None:
    assert not has_more_items(body, 100)
    assert values_in(body) < 10


@pytest.mark.parametrize("size", [1, 2, 3])
def test_strings_may_cross_the_chunks_of_the_scan(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_size, "_CHUNK", size)
    body = rb'[",", "a\",[", {"b\\": ["]", 1]}, "\\\"", 2]'
    assert len(json.loads(body)) == 5
    assert (has_more_items(body, 4), has_more_items(body, 5)) == (True, False)
