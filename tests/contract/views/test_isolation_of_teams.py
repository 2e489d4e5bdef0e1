"""An assistant of one team sees who is absent, and the sessions, of that team only."""

from classpulse.core.access_tables import roster
from classpulse.core.tables import classes
from sqlalchemy import Engine, insert, select

from tests.contract.views import test_isolation as scene
from tests.contract.views.client import Client
from tests.contract.views.test_isolation import OTHER_TEAM, OWN_TEAM

client = scene.client


def test_an_assistant_of_a_team_sees_who_is_absent_from_that_team_only(client: Client, engine: Engine) -> None:
    scene.register(engine)
    with engine.begin() as connection:
        number = connection.scalar(select(classes.c.id).where(classes.c.name == "biology"))
        lines = [
            {
                "class_id": number,
                "user_id": f"bob-{mark}",
                "pseudonym": f"s-{mark}",
                "user_name": mark,
                "team_name": team,
            }
            for mark, team in ((OWN_TEAM, "red"), (OTHER_TEAM, "blue"))
        ]
        connection.execute(insert(roster), lines)
    theirs = client.get("/api/v1/classes/biology/absent", headers=scene.bearer(5)).json()["students"]
    assert theirs == [{"userId": f"bob-{OWN_TEAM}", "userName": OWN_TEAM, "teamName": "red"}]
    everybody = client.get("/api/v1/classes/biology/absent", headers=scene.bearer(4)).json()["students"]
    assert [line["teamName"] for line in everybody] == ["blue", "red"]


def test_an_assistant_of_a_team_sees_no_session_of_another_team(client: Client) -> None:
    own = client.get(f"/api/v1/classes/biology/students/ada-{OWN_TEAM}", headers=scene.bearer(5)).json()
    assert [line["sessionId"] for line in own["sessionList"]] == [f"s-{OWN_TEAM}"]
    theirs = client.get(f"/api/v1/classes/biology/students/ada-{OTHER_TEAM}", headers=scene.bearer(5))
    assert (theirs.status_code, "sessionList" in theirs.text) == (404, False)
