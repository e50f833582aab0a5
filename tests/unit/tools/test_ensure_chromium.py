"""The browser is found, installed where that is possible, and asked for where it is not."""

from __future__ import annotations

import pytest

from tools import ensure_chromium


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The programs on the PATH of a machine where nobody is root."""
    programs: dict[str, str] = {}
    monkeypatch.setattr("shutil.which", programs.get)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("sys.argv", ["ensure_chromium"])
    return programs


def test_any_chrome_on_the_path_serves(machine: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    machine["google-chrome"] = "/opt/chrome"
    assert ensure_chromium.main() == 0
    assert capsys.readouterr().out.strip() == "/opt/chrome"


def test_without_one_it_says_what_to_do(machine: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ensure_chromium.main() == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_root_on_debian_installs_it(machine: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def install() -> bool:
        machine["chromium"] = "/usr/bin/chromium"
        return True

    machine["apt-get"] = "/usr/bin/apt-get"
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(ensure_chromium, "install", install)
    assert ensure_chromium.main() == 0


def test_nothing_is_installed_for_other_users(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine["apt-get"] = "/usr/bin/apt-get"
    monkeypatch.setattr(ensure_chromium, "install", lambda: pytest.fail("apt-get needs root"))
    assert ensure_chromium.main() == 1
