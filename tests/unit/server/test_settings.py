"""Settings: defaults that are safe, and errors that say which value."""

from __future__ import annotations

from pathlib import Path

import pytest

from realtime.errors import SettingsError
from run_server import parse_settings
from server.settings import (
    BitrateSettings,
    CodecSettings,
    HttpSettings,
    IceServer,
    IceSettings,
    LimitSettings,
    Settings,
)


def test_defaults_stay_on_this_machine_and_contact_nobody() -> None:
    settings = parse_settings([])
    assert settings == Settings()
    assert settings.http.host == "127.0.0.1"
    assert settings.http.loopback
    assert settings.ice.servers == ()


def test_every_option_arrives(tmp_path: Path) -> None:
    certfile, keyfile = tmp_path / "c.pem", tmp_path / "k.pem"
    certfile.touch()
    keyfile.touch()
    settings = parse_settings(
        [
            *("--host", "0.0.0.0", "--port", "0", "--engine", "strands", "--weights", str(tmp_path)),
            *("--max-sessions", "7", "--certfile", str(certfile), "--keyfile", str(keyfile)),
            *("--ice-servers", '[{"urls": ["turn:t.example:3478"], "username": "u", "credential": "p"}]'),
            *("--udp-ports", "40000-40100", "--bitrate", "100:200:300", "--codec", "VP8"),
            *("--public-address", "203.0.113.9", "--no-private-candidates"),
            *("--allowed-origins", "https://a.example", "http://b.example:81"),
            *("--contact", "Salon, hello@a.example"),
        ]
    )
    assert settings == Settings(
        http=HttpSettings(
            "0.0.0.0",
            0,
            certfile,
            keyfile,
            ("https://a.example", "http://b.example:81"),
            "Salon, hello@a.example",
        ),
        ice=IceSettings(
            (IceServer("turn:t.example:3478", "u", "p"),),
            (40000, 40100),
            "203.0.113.9",
            private_candidates=False,
        ),
        limits=LimitSettings(7),
        bitrate=BitrateSettings(100, 200, 300),
        codec=CodecSettings("vp8"),
        engine="strands",
        weights=tmp_path,
    )
    assert not settings.http.loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_addresses(host: str) -> None:
    assert HttpSettings(host=host).loopback


def test_one_stun_and_one_turn_server_at_most() -> None:
    stun, turn = IceServer("stun:a:1"), IceServer("turns:b:2")
    IceSettings(servers=(stun, turn))
    with pytest.raises(SettingsError, match="STUN"):
        IceSettings(servers=(stun, stun))
    with pytest.raises(SettingsError, match="TURN"):
        IceSettings(servers=(turn, turn))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: LimitSettings(connect_timeout=0), "connect_timeout"),
        (lambda: LimitSettings(control_bytes=1), "control_bytes"),
        (lambda: LimitSettings(candidates=0), "candidates"),
        (lambda: LimitSettings(control_rate=float("nan")), "control_rate"),
        (lambda: CodecSettings(vp8_speed=99), "vp8_speed"),
        (lambda: HttpSettings(port=-1), "--port"),
        (lambda: HttpSettings(keyfile=Path("x")), "--certfile"),
        (lambda: BitrateSettings(10, 20, 30), "--bitrate"),
    ],
)
def test_bad_values_are_named(make: object, name: str) -> None:
    assert callable(make)
    with pytest.raises(SettingsError, match=name):
        make()
