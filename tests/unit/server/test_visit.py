"""Whose things are whose, and when they are forgotten."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server.vault import Vault
from server.vault_settings import VaultSettings
from server.visit import COOKIE, Visits, begin_visit, give_cookie, known_visit

VISIT = "v" * 32


def request(cookie: str | None = None, **headers: str) -> web.Request:
    cookies = {} if cookie is None else {"Cookie": f"{COOKIE}={cookie}"}
    return make_mocked_request("POST", "/", headers={**cookies, **headers})


def cookie_of(asked: web.Request) -> str:
    response = web.Response()
    give_cookie(asked, response)
    return response.cookies.output()


def test_a_visit_is_known_by_its_cookie_and_a_forged_one_is_none() -> None:
    assert known_visit(request(VISIT)) == VISIT
    for forged in (None, "", "short", "v" * 33, "v" * 31 + "/", "v" * 31 + "é"):
        assert known_visit(request(forged)) is None


def test_a_new_visit_gets_a_cookie_that_scripts_and_other_sites_never_see() -> None:
    asked = request()
    visit = begin_visit(asked)
    assert known_visit(asked) == visit == begin_visit(asked)
    text = cookie_of(asked)
    assert f"{COOKIE}={visit}" in text
    assert "HttpOnly" in text
    assert "SameSite=Strict" in text
    # Gone with the browser's session.
    assert "Max-Age" not in text
    assert "expires" not in text.lower()
    assert "Secure" not in text


def test_behind_tls_the_cookie_stays_there() -> None:
    asked = request(Origin="https://mirror.example")
    begin_visit(asked)
    assert "Secure" in cookie_of(asked)


def test_a_known_visit_gets_no_second_cookie_and_a_mere_look_none_at_all() -> None:
    asked = request(VISIT)
    assert begin_visit(asked) == VISIT
    assert cookie_of(asked) == ""
    assert cookie_of(request()) == ""


async def test_things_are_forgotten_a_while_after_the_last_session_unless_somebody_comes_back() -> None:
    vault = Vault(VaultSettings())
    visits = Visits(vault, 0.05)
    entry = vault.put(VISIT, "reference", b"hair")
    visits.enter(VISIT)
    visits.enter(VISIT)
    visits.leave(VISIT)
    await asyncio.sleep(0.1)
    assert vault.get(entry)
    visits.leave(VISIT)
    await asyncio.sleep(0.01)
    visits.enter(VISIT)
    await asyncio.sleep(0.1)
    assert vault.get(entry)
    visits.leave(VISIT)
    # An upload says that the visitor is still here.
    assert visits.begin(request(VISIT)) == VISIT
    await asyncio.sleep(0.1)
    assert vault.get(entry)
    visits.enter(VISIT)
    visits.leave(VISIT)
    await asyncio.sleep(0.1)
    assert not vault.stored(VISIT)


async def test_at_the_end_nothing_waits() -> None:
    vault = Vault(VaultSettings())
    visits = Visits(vault, 60.0)
    vault.put(VISIT, "reference", b"hair")
    visits.enter(VISIT)
    visits.leave(VISIT)
    visits.close()
    assert not vault.stored(VISIT)
