"""The capacity model agrees with queueing theory, with a simulation and with its document."""

import re
from pathlib import Path

import pytest
import yaml

from benchmarks.capacity import SIZES, report
from benchmarks.capacity_parameters import PARAMETERS, PRICE, REGION, defaults
from benchmarks.capacity_plan import ADMINISTER, MANAGE, SOCKETS, costs, end_of_one_writer, plan, stay
from benchmarks.queueing import Stage, blocked, model, places_for, simulate, simulate_places
from tests.infra.stacks import FUNCTIONS

ROOT = Path(__file__).parents[2]


def test_one_worker_with_batches_of_one_is_the_queue_of_the_textbook() -> None:
    found = model(Stage(arrivals=8, workers=1, batch=1, fixed=0.1, each=0, cv=1))
    assert found.busy == pytest.approx(0.8)
    assert found.wait == pytest.approx(0.8 / (10 - 8))  # M/M/1: load / (rate - arrivals)
    assert found.batch == pytest.approx(1)
    steady = model(Stage(arrivals=8, workers=1, batch=1, fixed=0.1, each=0, cv=0))
    assert steady.wait == pytest.approx(found.wait / 2)  # M/D/1: half of it


def test_several_workers_are_the_queue_of_erlang() -> None:
    found = model(Stage(arrivals=8, workers=10, batch=1, fixed=1, each=0, cv=1))
    assert found.wait == pytest.approx(0.409 / (10 - 8), rel=0.01)  # Erlang C of 8 on 10 is 0.409
    assert blocked(10, 10) == pytest.approx(0.2146, rel=0.001)  # Erlang B
    assert places_for(10, 0.2147) == 10
    assert places_for(10, 0.2145) == 11


@pytest.mark.parametrize("arrivals", [5, 30, 100, 200])
@pytest.mark.parametrize("workers", [1, 4])
def test_the_formula_agrees_with_the_simulation(arrivals: float, workers: int) -> None:
    stage = Stage(arrivals, workers, batch=10, fixed=0.02, each=0.001)
    formula, simulated = model(stage), simulate(stage, messages=20_000, seed=7)
    assert formula.busy == pytest.approx(simulated.busy, rel=0.07)
    assert formula.batch == pytest.approx(simulated.batch, rel=0.08)
    assert stay(stage, formula) == pytest.approx(stay(stage, simulated), rel=0.15)


@pytest.mark.parametrize("load", [0.5, 3.0, 40.0])
def test_the_share_of_refused_requests_follows_erlang_b(load: float) -> None:
    places = places_for(load, 0.05)
    share = blocked(load, places)
    assert share <= 0.05 < blocked(load, places - 1)
    busy, refused = simulate_places(load, places, 100_000, seed=1)
    assert refused == pytest.approx(share, rel=0.1)
    assert busy == pytest.approx(load * (1 - share), rel=0.02)


def test_the_same_seed_is_the_same_simulation() -> None:
    stage = Stage(100, 2, batch=10, fixed=0.02, each=0.001)
    assert simulate(stage, 2_000, seed=3) == simulate(stage, 2_000, seed=3) != simulate(stage, 2_000, seed=4)


def test_a_load_above_the_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="the workers handle"):
        model(Stage(1000, 1, batch=10, fixed=0.02, each=0.001))
    with pytest.raises(ValueError, match="one class are stored one after another"):
        plan(1_000, defaults() | {"events_per_minute": 60})


def test_the_templates_defaults_are_enough_for_a_class_of_a_thousand() -> None:
    text = (ROOT / "template.yaml").read_text()
    parameters = yaml.load(text, yaml.BaseLoader)["Parameters"]
    found = plan(1_000, defaults())
    assert int(parameters["IngestConcurrency"]["Default"]) >= found.ingest
    assert int(parameters["QueryConcurrency"]["Default"]) >= found.query
    assert int(parameters["StoreConcurrency"]["Default"]) >= found.store[0].workers
    assert int(parameters["PushConcurrency"]["Default"]) >= found.push[0].workers
    assert parameters["DatabaseClass"]["Default"] == found.database[0]


def test_a_student_costs_less_in_a_larger_class_and_more_events_cost_more() -> None:
    p = defaults()
    each = [sum(costs(plan(students, p), p).values()) / students for students in SIZES]
    assert each == sorted(each, reverse=True)
    busier = p | {"events_per_minute": 12}
    assert sum(costs(plan(100_000, busier), busier).values()) > each[2] * 100_000


def test_the_plan_counts_the_executions_that_the_template_reserves() -> None:
    constant = {name: properties["ReservedConcurrentExecutions"] for name, properties in FUNCTIONS.items()}
    constant = {name: number for name, number in constant.items() if isinstance(number, int)}
    assert constant.pop("PersistSeriesFunction") == plan(1_000, defaults()).series[0].workers
    assert sum(constant.values()) == SOCKETS + MANAGE + ADMINISTER


def test_prices_are_those_of_the_region_that_the_how_to_deploys_in() -> None:
    how_to = (ROOT / "docs" / "how-to" / "deploy-on-aws.md").read_text()
    assert re.findall(r"AWS_DEFAULT_REGION=(\S+)", how_to) == [REGION]
    for name, (_, what, origin) in PARAMETERS.items():
        assert what.startswith("$ ") == (origin == PRICE), name
    assert REGION in PRICE


def test_a_queue_has_one_mapping_whose_limit_the_template_keeps() -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-scalingconfig.html"""
    text = (ROOT / "template.yaml").read_text()
    parameters = yaml.load(text, yaml.BaseLoader)["Parameters"]
    p = defaults()
    assert p["mapping_most"] == 1000
    for name in ("StoreConcurrency", "PushConcurrency"):
        assert int(parameters[name]["MaxValue"]) == p["mapping_most"]
    assert [plan(students, p).push_mappings(p["mapping_most"]) for students in SIZES] == [1, 1, 1, 3]
    [bound] = [students for what, students in end_of_one_writer(p) if "event source mapping" in what]
    # The plan adds workers in steps of a tenth.
    below, above = (plan(round(bound * share), p).push[0].workers for share in (0.9, 1.1))
    assert below <= p["mapping_most"] < above


def test_the_network_is_priced_with_its_address_and_its_data() -> None:
    p = defaults()
    before = costs(plan(1_000, p), p)
    for name, item in {
        "nat_gb": "data through both",
        "endpoint_gb": "data through both",
        "egress_gb": "data to browsers",
        "address_hour": "NAT gateway, its address, endpoint",
    }.items():
        changed = p | {name: 2 * p[name]}
        after = costs(plan(1_000, changed), changed)
        assert [key for key in before if after[key] != before[key]] == [item]
    # One NAT gateway with one address, and one interface endpoint in two zones, all month.
    assert before["NAT gateway, its address, endpoint"] == pytest.approx((0.052 + 0.005 + 2 * 0.012) * 730 / 40)


def test_every_parameter_is_used_and_names_its_source() -> None:
    source = (ROOT / "benchmarks" / "capacity_plan.py").read_text()
    for name, (_, what, origin) in PARAMETERS.items():
        assert f'p["{name}"]' in source, f"{name} changes nothing"
        assert what
        assert origin


def test_the_document_shows_the_output_of_the_command() -> None:
    document = (ROOT / "docs" / "explanation" / "capacity.md").read_text()
    for line in report(defaults(), 50_000, 1):
        assert line.strip() in document, "the document differs from the output of `python -m benchmarks.capacity`"
