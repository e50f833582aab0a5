"""The reference that latency is compared with: aiortc as it comes, sending every frame back untouched."""

from __future__ import annotations

import argparse

from aiohttp import web
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

_CONNECTIONS = web.AppKey("connections", set[RTCPeerConnection])


async def _offer(request: web.Request) -> web.Response:
    offer = await request.json()
    # No STUN server, as in the server it is compared with; everything else is aiortc's default.
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    request.app[_CONNECTIONS].add(connection)

    @connection.on("track")
    def echo(track: MediaStreamTrack) -> None:
        if track.kind == "video":
            connection.addTrack(track)

    await connection.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
    await connection.setLocalDescription(await connection.createAnswer())
    answer = connection.localDescription
    return web.json_response({"sdp": answer.sdp, "type": answer.type})


async def _ready(_: web.Request) -> web.Response:
    return web.Response()


async def _close(app: web.Application) -> None:
    for connection in app[_CONNECTIONS]:
        await connection.close()


def create_app() -> web.Application:
    """The application: ``POST /offer`` and ``GET /readyz``."""
    app = web.Application()
    app[_CONNECTIONS] = set()
    app.add_routes([web.post("/offer", _offer), web.get("/readyz", _ready)])
    app.on_shutdown.append(_close)
    return app


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.stock_echo", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="TCP port on 127.0.0.1 (default %(default)s)")
    web.run_app(create_app(), host="127.0.0.1", port=parser.parse_args().port, print=None)


if __name__ == "__main__":
    main()
