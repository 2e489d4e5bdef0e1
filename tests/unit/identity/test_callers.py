"""Ids in URLs: unchanged, or as `~` and their UTF-8 in base64url."""

import asyncio
import base64

import httpx
import pytest
from classpulse.identity.callers import ClassId, EmailInPath, UserId
from fastapi import FastAPI

app = FastAPI()


@app.get("/{classId}/{userId}/{email}")
def tell(class_id: ClassId, user_id: UserId, email: EmailInPath) -> list[str]:
    return [class_id, user_id, email]


def get(path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.get(path)

    return asyncio.run(ask())


def encoded(found: str) -> str:
    return f"~{base64.urlsafe_b64encode(found.encode()).rstrip(b'=').decode()}"


@pytest.mark.parametrize("found", ["a/b", ".", "..", "~ada", "50%", "学生/1?", "ada"])
def test_an_encoded_id_is_decoded_in_every_parameter(found: str) -> None:
    email = f"{found}@example.org"
    assert get(f"/{encoded(found)}/{encoded(found)}/{encoded(email)}").json() == [found, found, email]


@pytest.mark.parametrize("found", ["ada", "@example.org", "ada@", "a da@example.org", "ada@b@example.org"])
def test_only_an_address_is_an_email(found: str) -> None:
    assert get(f"/python-1/ada/{encoded(found)}").status_code == 422


def test_other_ids_are_unchanged() -> None:
    assert get("/python-1/a..b/o'hara+x%40example.org").json() == ["python-1", "a..b", "o'hara+x@example.org"]


@pytest.mark.parametrize("found", ["~", "~_", "~" + "A" * 700, encoded("\0")])
def test_an_encoding_that_is_no_id_is_invalid(found: str) -> None:
    assert get(f"/python-1/ada/{found}").status_code == 422
