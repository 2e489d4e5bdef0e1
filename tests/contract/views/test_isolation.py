"""No endpoint that reads a class reveals it to a caller without access."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from classpulse.apps.query import make_query_app
from classpulse.classes.postgres_enrolments import PostgresEnrolments
from classpulse.core.access_tables import class_policies, roster, student_tokens
from classpulse.core.health import Health
from classpulse.core.tables import classes
from classpulse.identity.access import Access
from classpulse.identity.model import OPERATOR, Grant, Principal, Role, SignIn
from classpulse.identity.tokens import JwtTokens
from classpulse.ingest.batches import Fact
from classpulse.ingest.keys import KEYED_PATH
from classpulse.ingest.ports import StudentToken
from classpulse.ingest.privacy import pseudonym
from classpulse.progress.attend import Attend
from classpulse.progress.postgres import PostgresProgress
from classpulse.progress.postgres_attention import PostgresAttention
from classpulse.progress.postgres_facts import PostgresFacts
from classpulse.records.about_me import AboutMe
from classpulse.records.postgres_audit import PostgresAuditLog
from classpulse.records.postgres_consents import PostgresConsents
from classpulse.records.withdraw import Withdraw
from classpulse.series.postgres import PostgresSeries
from classpulse.views.postgres import PostgresViews
from classpulse.views.service import Query
from sqlalchemy import Engine, insert, select

from tests.builders import NOW, Fields, make_fact
from tests.contract.views.client import Client
from tests.fakes.erasures import MemoryErasures
from tests.fakes.identity import MemoryGrants
from tests.fakes.queues import MemoryQueue

OPERATOR_TOKEN = "the-operators-token-of-the-tests"
PRIVACY_KEY = b"a privacy key of the tests"
TOKENS = JwtTokens(["a-signing-key-of-the-tests-0123456789"])
SIGN_IN, ENDED = (SignIn(str(uuid.uuid4()), NOW + timedelta(days=1)) for _ in range(2))
LATE = NOW - timedelta(hours=1)
# In every text of a class, so that any answer that reveals data contains it.
THEIRS, OTHER_TEAM, OWN_TEAM = "of-algebra", "of-team-blue", "of-team-red"
ACCOUNTS: dict[int, Mapping[str, Grant]] = {
    1: {},
    2: {"biology": Grant(Role.INSTRUCTOR)},
    3: {"biology": Grant(Role.CO_INSTRUCTOR)},
    4: {"biology": Grant(Role.ASSISTANT)},
    5: {"biology": Grant(Role.ASSISTANT, "red")},
}
# The paths of a class; paths without a class are in OPEN.
VALUES = {"userId": "ada-{mark}", "notebook": "{mark}.ipynb", "cellId": "c-{mark}", "sessionId": "s-{mark}"}
BODIES = {"attention": [{"action": "claim", "by": "Eve"}, {"action": "note", "note": "seen"}, {"action": "resolve"}]}
OPEN = {"/api/v1/events", KEYED_PATH, "/api/v1/classes", "/api/v1/me/data", "/api/v1/me/withdraw"}
# Served by another function: tests/e2e/test_isolation.py tests it.
ELSEWHERE = ("/api/v1/session", "/api/v1/manage/")


def facts(class_id: str, mark: str, team: str) -> list[Fact]:
    place: Fields = {"notebookPath": f"{mark}.ipynb", "cellId": f"c-{mark}"}
    who: Fields = {"userId": f"ada-{mark}", "userName": f"name-{mark}", "teamName": team, "sessionId": f"s-{mark}"}
    texts: Fields = {"code": f"print('{mark}')", "result": mark, "errorMessage": f"NameError: {mark}", "hasError": True}
    return [
        make_fact(class_id, second=second, eventId=f"{mark}-{second}", **who, **place, **texts) for second in (1, 70)
    ]


@pytest.fixture
def client(engine: Engine) -> Client:
    store = PostgresFacts(engine)
    store.store(facts("algebra", THEIRS, "red"))
    store.store(facts("biology", OWN_TEAM, "red"))
    store.store(facts("biology", OTHER_TEAM, "blue"))
    grants = MemoryGrants()
    grants.accounts = ACCOUNTS
    grants.ended = {ENDED.sign_in_id}
    grants.operator_key = "of a rotated token"
    reader = PostgresProgress(engine)
    query = Query(reader, PostgresViews(engine), PostgresSeries(engine), lambda: NOW)
    attend = Attend(PostgresAttention(engine), MemoryQueue(), lambda: NOW)
    about_me = AboutMe(reader, PostgresEnrolments(engine), TOKENS, lambda: NOW, PRIVACY_KEY, raw_data_days=90)
    return Client(
        make_query_app(
            query,
            attend,
            Access(OPERATOR_TOKEN, TOKENS, grants, lambda: NOW),
            Withdraw(about_me, PostgresConsents(engine), MemoryErasures()),
            health=Health({}),
            log=PostgresAuditLog(engine),
        )
    )


def bearer(account_id: int) -> dict[str, str]:
    return {"authorization": f"Bearer {TOKENS.access(Principal(account_id, f'account {account_id}'), SIGN_IN, NOW)}"}


def calls(client: Client, class_id: str, mark: str) -> Iterator[tuple[str, str, dict[str, str], Any]]:
    """Yield method, path, parameters and body of each operation on a class, with and without optional parameters."""
    document = client.get("/api/v1/openapi.json").json()
    start, end = (NOW - timedelta(hours=1)).isoformat(), (NOW + timedelta(hours=1)).isoformat()
    times = {"start": start, "end": end, "at": end}
    for path, operations in document["paths"].items():
        if path in OPEN or path.startswith(ELSEWHERE):
            continue
        assert path.startswith("/api/v1/classes/{classId}/"), f"{path}: add the callers that may use it"
        for method, operation in operations.items():
            known = {item["name"]: item for item in operation.get("parameters", [])}
            values = {name: VALUES[name].format(mark=mark) for name in known if name in VALUES}
            address = path.replace("{classId}", class_id).replace("{userId}", values.get("userId", ""))
            every = {name: values.get(name) or times.get(name) for name in known if known[name]["in"] == "query"}
            all_of_them = {name: value for name, value in every.items() if value}
            needed = {name: value for name, value in all_of_them.items() if known[name].get("required")}
            for body in BODIES.get(path.rsplit("/", 1)[1], [None]):
                yield method, address, all_of_them, body
                yield method, address, needed | {"start": start, "end": end}, body


def answers(client: Client, class_id: str, mark: str, headers: dict[str, str]) -> list[tuple[str, int, str]]:
    return [
        (f"{method} {path} {sorted(params)}", answer.status_code, answer.text)
        for method, path, params, body in calls(client, class_id, mark)
        for answer in [client.request(method, path, params=params, json=body, headers=headers)]
    ]


def test_the_walk_reaches_every_endpoint_as_an_authorised_caller(client: Client) -> None:
    """Otherwise the tests below would prove nothing."""
    operator = {"authorization": f"Bearer {OPERATOR_TOKEN}"}
    found = answers(client, "algebra", THEIRS, operator)
    assert {status for _, status, _ in found} == {200}, found
    assert len({name for name, _, _ in found}) >= 20
    silent = {name.split(" ")[1].rsplit("/", 1)[1] for name, _, text in found if THEIRS not in text}
    assert silent == {"activity", "absent"}
    assert [line["classId"] for line in client.get("/api/v1/classes", headers=operator).json()["classes"]] == [
        "algebra", "biology"
    ]  # fmt: skip


@pytest.mark.parametrize("account_id", sorted(ACCOUNTS))
def test_a_class_of_others_answers_like_a_class_that_does_not_exist(client: Client, account_id: int) -> None:
    theirs = answers(client, "algebra", THEIRS, bearer(account_id))
    nowhere = answers(client, "nowhere", THEIRS, bearer(account_id))
    assert {status for _, status, _ in theirs} == {404}
    assert [(status, text) for _, status, text in theirs] == [(status, text) for _, status, text in nowhere]
    assert not [name for name, _, text in theirs if THEIRS in text]
    own = client.get("/api/v1/classes", headers=bearer(account_id)).json()["classes"]
    assert [line["classId"] for line in own] == list(ACCOUNTS[account_id])


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no token"),
        pytest.param({"authorization": "Bearer wrong"}, id="a wrong token"),
        pytest.param({"authorization": f"Basic {OPERATOR_TOKEN}"}, id="another scheme"),
        pytest.param(bearer(99), id="a deleted account"),
        pytest.param({"authorization": f"Bearer {TOKENS.access(Principal(2, 'late'), SIGN_IN, LATE)}"}, id="expired"),
        pytest.param(
            {"authorization": f"Bearer {JwtTokens(['another-key-0123456789']).access(OPERATOR, SIGN_IN, NOW)}"},
            id="a foreign signature",
        ),
        pytest.param(
            {"authorization": f"Bearer {TOKENS.access(Principal(2, 'ended'), ENDED, NOW)}"}, id="an ended sign-in"
        ),
        pytest.param({"authorization": f"Bearer {TOKENS.device(2, NOW)}"}, id="a known device's cookie"),
        pytest.param(
            {"authorization": f"Bearer {TOKENS.access(OPERATOR, SIGN_IN, NOW)}"}, id="an operator with another token"
        ),
        pytest.param(
            {
                "authorization": "Bearer "
                + TOKENS.student(StudentToken("algebra", f"ada-{THEIRS}", NOW, NOW + timedelta(days=1)))
            },
            id="a student's token",
        ),
    ],
)
def test_every_endpoint_refuses_a_caller_who_has_not_signed_in(client: Client, headers: dict[str, str]) -> None:
    found = answers(client, "algebra", THEIRS, headers)
    assert {status for _, status, _ in found} == {401}
    assert client.get("/api/v1/classes", headers=headers).status_code == 401


@pytest.mark.parametrize("account_id", [2, 3, 4])
def test_a_member_sees_the_class_in_full(client: Client, account_id: int) -> None:
    for mark in (OWN_TEAM, OTHER_TEAM):
        assert {status for _, status, _ in answers(client, "biology", mark, bearer(account_id))} == {200}


def test_an_assistant_of_a_team_cannot_read_another_team(client: Client) -> None:
    """What another team has looks like what nobody has, whatever is asked for."""
    own = answers(client, "biology", OWN_TEAM, bearer(5))
    assert {status for _, status, _ in own} == {200}
    assert any(OWN_TEAM in text for _, _, text in own)
    assert not [name for name, _, text in own if OTHER_TEAM in text]
    others = answers(client, "biology", OTHER_TEAM, bearer(5))
    nobodys = answers(client, "biology", "of-nobody", bearer(5))
    for (name, status, text), (_, status_of_nobody, text_of_nobody) in zip(others, nobodys, strict=True):
        assert (status, text.replace(OTHER_TEAM, "of-nobody")) == (status_of_nobody, text_of_nobody), name


def test_no_name_number_or_order_in_a_teams_answers_depends_on_another_team(client: Client, engine: Engine) -> None:
    def walk() -> list[tuple[str, int, str]]:
        line = client.get("/api/v1/classes", headers=bearer(5))
        found = [*answers(client, "biology", OWN_TEAM, bearer(5)), ("classes", line.status_code, line.text)]
        # The class's revision counts every batch, and is nobody's.
        return [(name, status, re.sub(r'(?<=[{,])"revision":\d+,', "", text)) for name, status, text in found]

    # The first walk claims and resolves, which the second one sees.
    walk()
    before = walk()
    shared: Fields = {"notebookPath": f"{OWN_TEAM}.ipynb", "teamName": "blue", "userId": f"bob-{OTHER_TEAM}"}
    failed: Fields = {"errorMessage": f"NameError: {OWN_TEAM}", "hasError": True}
    PostgresFacts(engine).store(
        [
            *facts("biology", "zzz-blue", "blue"),
            # In the team's own notebook: its own cell, at a greater index, and one that the team does not know.
            make_fact("biology", second=2, eventId="b1", cellId=f"c-{OWN_TEAM}", cellIndex=9, **shared, **failed),
            make_fact("biology", second=80, eventId="b2", cellId="c-blue", cellIndex=1, **shared),
            make_fact("biology", second=90, eventId="b3", eventType="notebook_opened", **shared),
            make_fact("biology", second=95, eventId="b4", eventType="help", userId="eve", notebookPath="no-team.ipynb"),
        ]
    )
    assert walk() == before
    assert "zzz-blue" in client.get("/api/v1/classes/biology/notebooks", headers=bearer(4)).text


def student_bearer(engine: Engine, user_id: str, class_id: str = "biology", days: int = 1) -> dict[str, str]:
    """Return the bearer of a token that was issued."""
    token = StudentToken(class_id, user_id, NOW, NOW + timedelta(days=days))
    with engine.begin() as connection:
        number = connection.scalar(select(classes.c.id).where(classes.c.name == class_id))
        times = {"issued_at": token.issued_at, "expires_at": token.expires_at}
        connection.execute(insert(student_tokens).values(id=token.token_id, class_id=number, user_id=user_id, **times))
    return {"authorization": f"Bearer {TOKENS.student(token)}"}


def register(engine: Engine, **settings: Any) -> None:
    policy = {"privacy": "errors", "pseudonymous": False, "redact": True, "students_only": False, "tokens_from": 0}
    with engine.begin() as connection:
        class_id = connection.scalar(select(classes.c.id).where(classes.c.name == "biology"))
        connection.execute(insert(class_policies).values(class_id=class_id, title="Biology", **policy | settings))
        line = {"user_id": f"ada-{OWN_TEAM}", "pseudonym": "s-1", "user_name": "Ada", "team_name": "red"}
        connection.execute(insert(roster).values(class_id=class_id, **line))


def test_a_student_reads_its_own_data_and_no_other(client: Client, engine: Engine) -> None:
    register(engine)
    kept = client.get("/api/v1/me/data", headers=student_bearer(engine, f"ada-{OWN_TEAM}")).json()
    assert {event["eventId"] for event in kept["events"]} == {f"{OWN_TEAM}-1", f"{OWN_TEAM}-70"}
    assert kept["events"][0]["code"] == f"print('{OWN_TEAM}')"
    assert (kept["progress"]["errors"], [cell["attempts"] for cell in kept["cells"]]) == (2, [2])
    assert (kept["title"], kept["privacy"], kept["retentionDays"]) == ("Biology", "errors", 90)
    assert [(line["sessionId"], line["runs"]) for line in kept["sessions"]] == [(f"s-{OWN_TEAM}", 2)]
    assert kept["roster"]["userName"] == "Ada"
    assert OTHER_TEAM not in json.dumps(kept)
    not_issued = StudentToken("biology", f"ada-{OWN_TEAM}", NOW, NOW + timedelta(days=1))
    for headers in (
        {},
        bearer(2),
        {"authorization": f"Bearer {OPERATOR_TOKEN}"},
        student_bearer(engine, "ada", class_id="algebra"),
        student_bearer(engine, f"ada-{OWN_TEAM}", days=-1),
        {"authorization": f"Bearer {TOKENS.student(not_issued)}"},
    ):
        assert client.get("/api/v1/me/data", headers=headers).status_code == 401


def test_data_stored_under_the_pseudonym_belongs_to_the_student(client: Client, engine: Engine) -> None:
    register(engine, pseudonymous=True)
    name = pseudonym(PRIVACY_KEY, "biology", f"ada-{OWN_TEAM}")
    PostgresFacts(engine).store([make_fact("biology", eventId="later", userId=name)])
    kept = client.get("/api/v1/me/data", headers=student_bearer(engine, f"ada-{OWN_TEAM}")).json()
    assert (kept["storedAs"], kept["progress"]["userId"], len(kept["events"])) == (name, name, 3)


def test_a_revoked_student_token_reads_nothing(client: Client, engine: Engine) -> None:
    register(engine, tokens_from=int(NOW.timestamp()) + 1)
    assert client.get("/api/v1/me/data", headers=student_bearer(engine, f"ada-{OWN_TEAM}")).status_code == 401


def test_a_browser_without_a_token_gets_the_page(client: Client) -> None:
    answer = client.get("/api/v1/me/data", headers={"accept": "text/html,*/*"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/#/me")


def test_a_claim_carries_the_name_of_the_signed_in_teacher(client: Client) -> None:
    address = f"/api/v1/classes/biology/students/ada-{OWN_TEAM}/attention"
    claimed = client.request("POST", address, json={"action": "claim", "by": "Somebody Else"}, headers=bearer(4)).json()
    assert claimed["attention"]["claimedBy"] == "account 4"
