"""Start the LiveHair server: ``python run_server.py --help``."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import ssl
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from engines.errors import LiveHairError
from engines.hairfast.live.settings import LiveSettings
from realtime.errors import SettingsError
from server.app import create_app
from server.core_dumps import forbid_core_dumps
from server.engine_choice import choose_engine
from server.memory import share_arenas
from server.quiet_log import configure_logging
from server.settings import (
    BitrateSettings,
    CodecSettings,
    HttpSettings,
    IceServer,
    IceSettings,
    LimitSettings,
    Settings,
)

_SHUTDOWN_TIMEOUT = 5.0
# A frame that waits for the interpreter asks the thread that has it after so long; five times that, as Python
# comes, is a sixth of the frame's time.
_SWITCH_SECONDS = 0.001


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status, 2 for a bad setting."""
    try:
        settings = parse_settings(arguments)
        engine = choose_engine(settings)
        context = _tls(settings.http)
    except LiveHairError as error:
        print(error, file=sys.stderr)
        return 2
    share_arenas()
    sys.setswitchinterval(_SWITCH_SECONDS)
    forbid_core_dumps()
    configure_logging()
    print(engine.reason)
    host, port = settings.http.host, settings.http.port
    try:
        web.run_app(
            create_app(settings, engine),
            host=host,
            port=port,
            ssl_context=context,
            access_log=None,
            shutdown_timeout=_SHUTDOWN_TIMEOUT,
            print=_announce,
        )
    except OSError as error:
        print(
            f"Cannot listen on {host}:{port}: {error.strerror or error}. Try another --port.",
            file=sys.stderr,
        )
        return 2
    return 0


def parse_settings(arguments: Sequence[str] | None = None) -> Settings:
    """The settings of a command line.

    Raises:
        LiveHairError: a value is malformed or out of range.
    """
    options = _parser().parse_args(arguments)
    return Settings(
        http=HttpSettings(
            host=options.host,
            port=options.port,
            certfile=options.certfile,
            keyfile=options.keyfile,
            allowed_origins=tuple(options.allowed_origins),
            contact=options.contact,
        ),
        ice=IceSettings(
            servers=_ice_servers(options.ice_servers),
            udp_ports=_udp_ports(options.udp_ports),
            public_address=options.public_address,
            private_candidates=not options.no_private_candidates,
        ),
        limits=LimitSettings() if options.max_sessions is None else LimitSettings(options.max_sessions),
        bitrate=_bitrate(options.bitrate),
        codec=CodecSettings(prefer=options.codec.lower()),
        engine=options.engine,
        weights=options.weights,
        references=options.references,
        hairfast=_hairfast(options),
    )


def _hairfast(options: argparse.Namespace) -> LiveSettings:
    settings = LiveSettings(path=options.frame_path, threads=options.network_threads)
    return replace(settings, photo_limits=None) if options.any_photo else settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "run_server.py", description="Try hairstyles on, live in the browser.", exit_on_error=True
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to bind; 0.0.0.0 for the network (default %(default)s)")
    add("--port", type=int, default=8080, help="TCP port, 0 for a free one (default %(default)s)")
    add("--engine", default="auto", help="auto, strands or hairfast: what draws hair (default %(default)s)")
    add("--weights", type=Path, metavar="DIR", help="directory of the hairfast engine's weights")
    add("--references", type=Path, metavar="DIR", help="photos of hair, each a style of the hairfast engine")
    add(
        "--frame-path",
        default="auto",
        metavar="P",
        help="hairfast: auto, layer or features: what is done for a frame (default %(default)s)",
    )
    add(
        "--network-threads",
        type=int,
        default=1,
        metavar="N",
        help="hairfast without a GPU: threads of the networks, beside the live picture (default %(default)s)",
    )
    add(
        "--any-photo",
        action="store_true",
        help="hairfast: also work on pictures with hats or without hair (weights that have learnt nothing"
        " see either everywhere)",
    )
    add("--max-sessions", type=int, metavar="N", help="people at once (default: the number of cores)")
    add("--certfile", type=Path, metavar="F", help="TLS certificate, PEM; see python -m tools.dev_cert")
    add("--keyfile", type=Path, metavar="F", help="its private key, PEM")
    add("--ice-servers", metavar="JSON", help='[{"urls": "turn:...", "username": "u", "credential": "p"}]')
    add("--udp-ports", metavar="A-B", help="UDP ports for media (default: any)")
    add("--public-address", metavar="IP", help="the server's address as clients see it (NAT 1:1)")
    add(
        "--no-private-candidates",
        action="store_true",
        help="ignore clients' private addresses",
    )
    add(
        "--allowed-origins",
        nargs="+",
        default=[],
        metavar="ORIGIN",
        help="other sites that may use it",
    )
    add("--contact", metavar="TEXT", help="whom visitors may ask about their data, for the page /retention")
    add("--bitrate", default="500:2800:2800", metavar="MIN:START:MAX", help="kbit/s (default %(default)s)")
    add(
        "--codec",
        default=CodecSettings().prefer,
        help="h264 or vp8, where both are offered (default %(default)s)",
    )
    return parser


def _ice_servers(text: str | None) -> tuple[IceServer, ...]:
    if text is None:
        return ()
    try:
        entries = json.loads(text)
        return tuple(
            IceServer(url, entry.get("username"), entry.get("credential"))
            for entry in entries
            for url in ([entry["urls"]] if isinstance(entry["urls"], str) else entry["urls"])
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SettingsError('--ice-servers must be JSON like [{"urls": "stun:stun.example:3478"}].') from None


def _udp_ports(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    try:
        first, last = (int(port) for port in text.split("-"))
    except ValueError:
        raise SettingsError(f"--udp-ports: {text!r} is not like 40000-40100.") from None
    return first, last


def _bitrate(text: str) -> BitrateSettings:
    try:
        minimum, start, maximum = (int(rate) for rate in text.split(":"))
    except ValueError:
        raise SettingsError(f"--bitrate: {text!r} is not like 500:2800:2800 (kbit/s).") from None
    return BitrateSettings(minimum, start, maximum)


def _tls(http: HttpSettings) -> ssl.SSLContext | None:
    if http.certfile is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(http.certfile, http.keyfile)
    except (ssl.SSLError, OSError) as error:
        raise SettingsError(f"--certfile and --keyfile cannot be used: {error}.") from None
    return context


def _announce(text: str) -> None:
    """Print where the page is; ``text`` is aiohttp's own announcement, which names the port in use."""
    for url in re.findall(r"https?://\S+", text):
        everywhere = "0.0.0.0" in url or "[::]" in url
        shown = url.replace("0.0.0.0", "localhost").replace("[::]", "localhost")
        more = ", and at this machine's other addresses" if everywhere else ""
        # In one piece, because the warm-up's thread prints too.
        print(f"LiveHair is at {shown}{more} (Ctrl-C ends it)\n", end="", flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
