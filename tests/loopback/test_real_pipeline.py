"""The real pipeline behind the server: everyone sees their own hair, and a broken engine ends no stream."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engines.base import HairEngine
from engines.face import Face
from engines.hair_layer import HairLayer
from server.app import WARMUP
from server.engine_choice import EngineChoice, choose_engine
from server.settings import LimitSettings, Settings
from tests.loopback.client import LoopbackClient, wait_until
from tests.loopback.server_under_test import ServerUnderTest
from tests.media import astronaut_frame

F64 = npt.NDArray[np.float64]

_SETTINGS = Settings(limits=LimitSettings(max_sessions=2))
_PORTRAIT = astronaut_frame(320, 240)
_CHANGED = 24
_LEAST_SHARE = 0.02


def drawn_colors(client: LoopbackClient) -> list[F64]:
    """Mean RGB of what each returned frame has that the camera had not; frames with hardly any left out."""
    colors = []
    for _, _, picture in client.frames:
        changed = np.abs(picture.astype(int) - _PORTRAIT).max(axis=2) > _CHANGED
        if changed.mean() > _LEAST_SHARE:
            colors.append(picture[changed].mean(axis=0))
    return colors


@pytest.fixture(scope="module")
def engine() -> EngineChoice:
    return choose_engine(_SETTINGS)


async def warm(server: ServerUnderTest) -> None:
    await wait_until(lambda: server.app[WARMUP].ready, 240)


async def test_two_people_see_their_own_look_and_never_the_other(engine: EngineChoice) -> None:
    async with ServerUnderTest(_SETTINGS, engine) as server:
        await warm(server)
        blue_look, copper_look = ({"style": "long-straight", "color": color} for color in ("X4", "F4"))
        async with (
            server.client(lambda _: _PORTRAIT, look=blue_look, fps=10) as blue,
            server.client(lambda _: _PORTRAIT, look=copper_look, fps=10) as copper,
        ):
            await wait_until(lambda: len(drawn_colors(blue)) > 20, 30)
            await wait_until(lambda: len(drawn_colors(copper)) > 20, 30)
            # Not one frame of either shows the other's colour, from the first one with hair.
            assert all(color[2] > color[0] + 15 for color in drawn_colors(blue))
            assert all(color[0] > color[2] + 15 for color in drawn_colors(copper))
            blue.say({"type": "look", "color": "X7"})
            blue.frames.clear()
            await wait_until(lambda: any(color[0] > color[2] + 15 for color in drawn_colors(blue)), 15)
            copper.frames.clear()
            await copper.wait_frames(10)
            assert all(color[1] > color[2] + 5 for color in drawn_colors(copper)), "copper turned true red"


async def test_four_styles_side_by_side_and_back(engine: EngineChoice) -> None:
    async with ServerUnderTest(_SETTINGS, engine) as server:
        await warm(server)
        look = {"style": "long-straight", "color": "X4"}
        async with server.client(lambda _: _PORTRAIT, look=look, fps=20, keep=1) as client:
            await wait_until(lambda: bool(drawn_colors(client)), 30)
            client.say({"type": "look", "four": ["long-straight", "pixie", "c-curl-bob", "afro"]})
            await wait_until(lambda: min(_blue_quarters(client)) > _LEAST_SHARE, 30)
            client.say({"type": "look", "four": None})
            await wait_until(lambda: not _divided(client), 5)
            await wait_until(lambda: bool(drawn_colors(client)), 5)


def _blue_quarters(client: LoopbackClient) -> list[float]:
    """How much of each quarter of the newest frame is blue, if a line divides it."""
    if not _divided(client):
        return [0.0]
    picture = client.frames[-1][2].astype(int)
    blue = picture[..., 2] > picture[..., 0] + 20
    return [half.mean() for rows in (blue[:120], blue[120:]) for half in (rows[:, :160], rows[:, 160:])]


def _divided(client: LoopbackClient) -> bool:
    """Whether a dark line parts the newest frame in the middle."""
    return bool(client.frames[-1][2][10:110, 159:161].mean() < 90)


class BrokenEngine:
    """An engine that fails on every frame."""

    name = "broken"

    def __init__(self, engine: HairEngine[object, object]) -> None:
        self.prepare = engine.prepare
        self.keyframe = engine.keyframe
        self.close = engine.close

    def render(self, face: Face, keyframe: object) -> HairLayer | None:
        raise RuntimeError("the engine broke")


async def test_a_broken_engine_ends_no_stream(engine: EngineChoice) -> None:
    broken = replace(engine, factory=lambda: BrokenEngine(engine.factory()))
    async with (
        ServerUnderTest(_SETTINGS, broken) as server,
        server.client(lambda _: _PORTRAIT, look={"style": "pixie"}, fps=15) as client,
    ):
        await client.wait_message("notice", "engine-restarted", 30)
        await client.wait_frames(20)
        assert drawn_colors(client) == []


async def test_4k_is_scaled_down_and_returned(engine: EngineChoice) -> None:
    picture = astronaut_frame(3840, 2160)
    look = {"style": "own", "color": "F3"}
    async with (
        ServerUnderTest(_SETTINGS, engine) as server,
        server.client(lambda _: picture, look=look, fps=3) as client,
    ):
        await client.wait_frames(4, 60)
        stats = await client.wait_message("stats")
    assert client.frames[-1][2].shape == (720, 1280, 3)
    assert (stats["width"], stats["height"]) == (3840, 2160)
