"""The server with the hairfast engine over small twins: ``python -m tests.e2e.twin_server``."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from aiohttp import web

from server.app import create_app
from server.settings import HttpSettings, LimitSettings, Settings
from tests.unit.hairfast.live_twins import twin_choice, twin_networks, twin_settings

# Few, because each is drawn once before the server is ready.
_STYLES = ("c-curl-bob", "pixie")


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="for the cache; below it photos/")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    networks = twin_networks(twin_settings(options.folder, nice=15, max_age=0.0), options.folder / "photos")
    engine = twin_choice(networks, _STYLES)
    settings = Settings(HttpSettings(port=options.port), limits=LimitSettings(max_sessions=2))
    web.run_app(create_app(settings, engine), host="127.0.0.1", port=options.port, access_log=None)


if __name__ == "__main__":
    main()
