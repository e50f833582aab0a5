"""Who may ask: origins, tokens, rates; and the headers every answer carries."""

from __future__ import annotations

import time

import pytest
from aiohttp.test_utils import make_mocked_request

from server.errors import OriginError, RateError, TokenError
from server.security import AddressLimiter, bearer_token, check_origin
from tests.loopback.server_under_test import ServerUnderTest


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "admitted"),
    [
        ({}, True),
        ({"Origin": "http://mirror.example:8080"}, True),
        ({"Origin": "https://mirror.example:8080"}, True),
        ({"Origin": "https://shop.example"}, True),
        ({"Origin": "http://mirror.example"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://mirror.example:8080.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
    ],
)
def test_only_own_and_allowed_pages_may_change_anything(
    method: str, headers: dict[str, str], admitted: bool
) -> None:
    request = make_mocked_request(method, "/offer", headers={"Host": "mirror.example:8080", **headers})
    if admitted:
        check_origin(request, ("https://shop.example",))
    else:
        with pytest.raises(OriginError):
            check_origin(request, ("https://shop.example",))


def test_anyone_may_look() -> None:
    check_origin(make_mocked_request("GET", "/", headers={"Origin": "https://evil.example"}), ())


def test_token_comes_from_header_or_query() -> None:
    assert bearer_token(make_mocked_request("DELETE", "/", headers={"Authorization": "Bearer abc"})) == "abc"
    assert bearer_token(make_mocked_request("POST", "/sessions/1/end?token=xyz")) == "xyz"
    for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer "}):
        with pytest.raises(TokenError):
            bearer_token(make_mocked_request("DELETE", "/", headers=headers))


def test_one_address_cannot_use_up_the_offers_of_another() -> None:
    limiter = AddressLimiter(0.01, 3)
    for _ in range(3):
        limiter.check("192.0.2.1")
    with pytest.raises(RateError) as refusal:
        limiter.check("192.0.2.1")
    assert 98 <= refusal.value.retry_after <= 101
    limiter.check("192.0.2.2")


def test_remembered_addresses_are_bounded() -> None:
    limiter = AddressLimiter(2.0, 40)
    for number in range(5000):
        limiter.check(f"host-{number}")
    assert len(limiter._buckets) <= 4096


def test_addresses_are_forgotten_once_they_make_no_difference() -> None:
    limiter = AddressLimiter(1000.0, 3)
    limiter.check("192.0.2.1")
    time.sleep(0.01)
    slow = AddressLimiter(0.01, 3)
    slow.check("192.0.2.1")
    for each in (limiter, slow):
        each.forget_idle()
    assert not limiter._buckets
    assert slow._buckets


async def test_answers_carry_headers_and_failures_are_named() -> None:
    async with ServerUnderTest() as server:
        for path, status in (("/", 200), ("/static/js/main.js", 200), ("/nowhere", 404), ("/metrics", 200)):
            async with server.http.get(server.url + path) as response:
                assert response.status == status, path
                policy = response.headers["Content-Security-Policy"]
                assert "'unsafe-inline'" not in policy
                assert "frame-ancestors 'none'" in policy
                assert response.headers["Permissions-Policy"].startswith("camera=(self)")
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert response.headers["Referrer-Policy"] == "no-referrer"
                if status == 404:
                    assert (await response.json())["error"] == "not-found"
        evil = {"Origin": "https://evil.example"}
        async with server.http.post(f"{server.url}/offer", json={}, headers=evil) as response:
            assert (response.status, (await response.json())["error"]) == (403, "wrong-origin")
        async with server.http.post(f"{server.url}/offer", data=b"\xff\xfe") as response:
            assert response.status == 400
        async with server.http.post(f"{server.url}/offer", json=[1]) as response:
            assert (response.status, (await response.json())["error"]) == (400, "bad-offer")
        async with server.http.post(f"{server.url}/offer", data=b"x" * 200_000) as response:
            assert (response.status, (await response.json())["error"]) == (413, "too-large")
        async with server.http.get(f"{server.url}/offer") as response:
            assert (response.status, (await response.json())["error"]) == (405, "method-not-allowed")
        async with server.http.post(f"{server.url}/whip", data="v=0") as response:
            assert (response.status, (await response.json())["error"]) == (415, "bad-content-type")


async def test_gallery_health_and_metrics() -> None:
    async with ServerUnderTest() as server:
        async with server.http.get(f"{server.url}/api/styles") as response:
            styles = (await response.json())["styles"]
        assert [style["id"] for style in styles] == ["own", "pixie", "afro"]
        assert styles[1]["name"] == {"en": "pixie", "ko": "pixie"}
        async with server.http.get(f"{server.url}/api/colors") as response:
            colors = {color["id"]: color for color in (await response.json())["colors"]}
        assert len(colors) >= 16
        assert all(color["root"][0] == color["tip"][0] == "#" for color in colors.values())
        assert colors["F4"]["root"] != colors["F4"]["tip"]
        async with server.http.get(f"{server.url}/healthz") as response:
            assert await response.json() == {"status": "ok"}
        async with server.http.get(f"{server.url}/metrics") as response:
            text = await response.text()
        for name in ("sessions_active", "sessions_capacity", "event_loop_lag_seconds", "frame_stage_seconds"):
            assert f"\n{name}" in text or text.startswith(name) or f"# TYPE {name}" in text
        await server.manager.close()
        async with server.http.get(f"{server.url}/readyz") as response:
            assert (response.status, (await response.json())["status"]) == (503, "draining")
