"""The bounds of redaction, as `python -m benchmarks.redaction` measures them."""

import pytest
from classpulse.ingest.redaction import redact

from benchmarks.redaction import LEAST_RECALL, MOST_CHANGED, changed_lines, is_removed, ordinary_lines
from benchmarks.redaction_samples import SAMPLES, Sample


def test_nearly_all_samples_of_secrets_are_removed() -> None:
    shapes = [sample.shape for sample in SAMPLES]
    assert len(set(shapes)) == len(shapes) >= 34
    missed = [sample.shape for sample in SAMPLES if not is_removed(sample)]
    assert len(missed) <= (1 - LEAST_RECALL) * len(SAMPLES), missed
    assert len(missed) / len(SAMPLES) <= 2 / 34


def test_less_than_one_line_of_ordinary_code_in_a_hundred_is_changed() -> None:
    lines, changed = ordinary_lines(), changed_lines()
    assert len(lines) >= 1000
    assert len(set(lines)) > 0.9 * len(lines)
    assert len(changed) / len(lines) < MOST_CHANGED == 0.01, changed
    assert sum(any(word in line.lower() for word in ("token", "key", "password", "secret")) for line in lines) >= 200


def test_a_sample_that_is_not_removed_is_counted() -> None:
    assert not is_removed(Sample("a name that says nothing", 'x = "Tr0ub4dor"', "Tr0ub4dor"))
    assert not is_removed(Sample("a piece is left", "password = 'abcd' + x + 'Tr0ub4dor'", "Tr0ub4dor"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.shape)
def test_redacting_a_sample_again_changes_nothing(sample: Sample) -> None:
    assert redact(redact(sample.text)) == redact(sample.text)
