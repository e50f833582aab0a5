"""The web application: routes, and what lives as long as it does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectionError, web
from aiohttp.http_exceptions import HttpProcessingError

from engines.look import Look
from engines.strands.groom_file import list_styles
from server.background_share import BackgroundShare
from server.config_routes import ConfigRoutes
from server.editing_routes import EditingRoutes
from server.engine_choice import EngineChoice, choose_engine
from server.errors import RequestError
from server.frame_processor import ProcessorFactory
from server.gallery_routes import GalleryRoutes
from server.health_routes import HealthRoutes
from server.memory import keep_startup
from server.metrics import Metrics
from server.page_routes import PageRoutes
from server.pipeline_processor import PipelineProcessor
from server.references.reference_reader import ReferenceReader
from server.references.reference_routes import ReferenceRoutes
from server.references.reference_store import ReferenceStore
from server.rtc_tuning import UdpPortRange, check_upstream
from server.security import AddressLimiter, add_security_headers, check_origin
from server.session_manager import SessionManager
from server.settings import Settings
from server.signalling import Signalling
from server.spare_processor import SpareProcessor
from server.stored_routes import StoredRoutes
from server.uploads.picture_decoder import PictureDecoder
from server.uploads.upload_budget import BUDGET, UploadBudget
from server.vault import Vault
from server.visit import Visits, give_cookie
from server.warmup import Warmup, Work
from server.warmup_frames import process_warmup_frames

logger = logging.getLogger(__name__)

SETTINGS = web.AppKey("settings", Settings)
MANAGER = web.AppKey("manager", SessionManager)
METRICS = web.AppKey("metrics", Metrics)
WARMUP = web.AppKey("warmup", Warmup)
ENGINE = web.AppKey("engine", EngineChoice)
EDITING = web.AppKey("editing", EditingRoutes)
REFERENCES = web.AppKey("references", ReferenceRoutes)
SWEPT = web.AppKey("swept", tuple[Callable[[], None], ...])
VAULT = web.AppKey("vault", Vault)
VISITS = web.AppKey("visits", Visits)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STATIC = Path(__file__).resolve().parent.parent / "static"
_LAG_INTERVAL = 0.5
_SWEEP_INTERVAL = 1.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What tests put in the place of the real pipeline."""

    make_processor: ProcessorFactory
    warm_up: Work
    afterwards: Work = lambda stopped: None


def create_app(
    settings: Settings, engine: EngineChoice | None = None, parts: Parts | None = None
) -> web.Application:
    """The application for these settings; ``engine`` and ``parts`` default to the real ones."""
    check_upstream()
    engine = engine or choose_engine(settings)
    parts = parts or _real_parts(settings, engine)
    app = web.Application(
        middlewares=[_keep_visit, _answer_errors], client_max_size=2 * settings.limits.offer_bytes
    )
    metrics = app[METRICS] = Metrics(settings.limits.max_sessions)
    vault = app[VAULT] = Vault(settings.vault)
    store = ReferenceStore(vault)
    visits = app[VISITS] = Visits(vault, settings.vault.grace)
    share = BackgroundShare()
    processors = SpareProcessor(parts.make_processor)
    manager = app[MANAGER] = SessionManager(settings, processors, engine.style_ids, store, metrics, share)

    def warm_up(stopped: Callable[[], bool]) -> None:
        parts.warm_up(stopped)
        processors.stock()

    warmup = app[WARMUP] = Warmup(warm_up, parts.afterwards, lambda: manager.active > 0)
    app[SETTINGS] = settings
    limits = settings.limits
    offers = AddressLimiter(limits.offer_rate, limits.offer_burst)
    uploads = AddressLimiter(limits.upload_rate, limits.upload_burst)
    app[BUDGET] = UploadBudget(limits.upload_bytes)
    app[SWEPT] = (vault.sweep, offers.forget_idle, uploads.forget_idle)
    app.add_routes(Signalling(manager, visits, offers, limits.offer_bytes).routes())
    decoder = PictureDecoder(settings.pictures)
    drawn = frozenset(style.id for style in list_styles())
    references = app[REFERENCES] = ReferenceRoutes(decoder, ReferenceReader(share), store, visits, uploads)
    app.add_routes(references.routes())
    editing = app[EDITING] = EditingRoutes(
        settings,
        decoder,
        references.reader,
        store,
        drawn,
        vault,
        visits,
        uploads,
        share,
        swaps=engine.name == "hairfast",
    )
    app.add_routes(editing.routes())
    app.add_routes(StoredRoutes(vault).routes())
    app.add_routes(ConfigRoutes(settings.ice, _told_to_pages(settings, engine)).routes())
    app.add_routes(GalleryRoutes(engine.styles, _STATIC / "thumbnails", engine.pictures).routes())
    app.add_routes(HealthRoutes(manager, warmup, metrics).routes())
    app.add_routes(PageRoutes(_STATIC, settings.http.contact).routes())
    app.router.add_static("/static", _STATIC)
    app.on_response_prepare.append(_headers)
    app[ENGINE] = engine
    app.cleanup_ctx.extend([_encoder_threads, _udp_ports, _engine, _warm, _loop_lag, _vault])
    # Sessions end before aiohttp waits for open requests.
    app.on_shutdown.append(_drain)
    return app


def _told_to_pages(settings: Settings, engine: EngineChoice) -> dict[str, Any]:
    limits = {
        "picture_bytes": settings.pictures.bytes,
        "picture_pixels": settings.pictures.pixels,
        "video_bytes": settings.videos.bytes,
        "video_seconds": settings.videos.seconds,
    }
    photo_engine = "hairfast" if engine.name == "hairfast" else "strands"
    return {"limits": limits, "engine": engine.name, "photo_engine": photo_engine}


def _real_parts(settings: Settings, engine: EngineChoice) -> Parts:
    pipeline = settings.pipeline
    if engine.crop_size is not None:
        pipeline = replace(pipeline, crop_size=engine.crop_size)

    def make_processor(look: Look) -> PipelineProcessor:
        return PipelineProcessor(engine.factory, pipeline, look)

    def warm_up(stopped: Callable[[], bool]) -> None:
        engine.warm_up(stopped)
        process_warmup_frames(make_processor, engine.kinds, stopped)
        keep_startup()

    return Parts(make_processor, warm_up, engine.prepare_rest)


@web.middleware
async def _keep_visit(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    give_cookie(request, response)
    return response


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure becomes ``{"error", "message"}`` with its status; never a trace."""
    retry_after, details = RequestError.retry_after, RequestError.details
    try:
        check_origin(request, request.app[SETTINGS].http.allowed_origins)
        return await handler(request)
    except RequestError as error:
        status, code, message, details = error.status, error.code, str(error), error.details
        retry_after = error.retry_after
    # A body that is not what its headers say, and a client that hung up.
    except (web.RequestPayloadError, HttpProcessingError, ClientConnectionError, ConnectionError):
        status, code, message = 400, "bad-request", "The request is broken: its body could not be read."
    except web.HTTPException as error:
        if error.status < 400:
            raise
        status, code, message = (
            error.status,
            (error.reason or "error").lower().replace(" ", "-"),
            error.reason,
        )
    except Exception:
        resource = request.match_info.route.resource
        logger.exception("A request failed: %s %s", request.method, resource and resource.canonical)
        status, code, message = 500, "server-error", "The server failed on this request. Its log says why."
    headers = {"Retry-After": str(retry_after)} if status in (429, 503, 507) else {}
    return web.json_response({"error": code, "message": message, **details}, status=status, headers=headers)


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    add_security_headers(response, request.app[SETTINGS].http)
    # The page changes with the server: let browsers ask whether theirs is still good.
    response.headers.setdefault("Cache-Control", "no-cache")


async def _drain(app: web.Application) -> None:
    await asyncio.gather(app[MANAGER].close(), app[EDITING].close(), app[REFERENCES].close())


async def _encoder_threads(app: web.Application) -> AsyncIterator[None]:
    """aiortc encodes in the loop's default executor: one thread for each session, and a few for the rest."""
    pool = ThreadPoolExecutor(app[SETTINGS].limits.max_sessions + 2, thread_name_prefix="encode")
    asyncio.get_running_loop().set_default_executor(pool)
    yield


async def _udp_ports(app: web.Application) -> AsyncIterator[None]:
    ports = app[SETTINGS].ice.udp_ports
    if ports is None:
        yield
        return
    with contextlib.closing(UdpPortRange(asyncio.get_running_loop(), ports)):
        yield


async def _engine(app: web.Application) -> AsyncIterator[None]:
    yield
    await asyncio.to_thread(app[ENGINE].close)


async def _warm(app: web.Application) -> AsyncIterator[None]:
    app[WARMUP].start()
    yield
    await app[WARMUP].close()


async def _vault(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(_sweep(app[SWEPT]), name="sweep")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    app[VISITS].close()


async def _sweep(swept: tuple[Callable[[], None], ...]) -> None:
    while True:
        await asyncio.sleep(_SWEEP_INTERVAL)
        for sweep in swept:
            sweep()


async def _loop_lag(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(_watch_lag(app[METRICS]), name="loop-lag")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _watch_lag(metrics: Metrics) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _LAG_INTERVAL
        await asyncio.sleep(_LAG_INTERVAL)
        metrics.loop(loop.time() - due, len(asyncio.all_tasks()))
