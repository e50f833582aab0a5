"""Who may come in, and everyone leaving in order."""

from __future__ import annotations

import asyncio
import hmac
import logging

from engines.look import Look
from server.background_share import BackgroundShare
from server.errors import DrainingError, RequestError, ServerFullError, TokenError, UnknownSessionError
from server.memory import give_back
from server.metrics import Metrics
from server.references.reference_store import ReferenceStore
from server.references.session_references import SessionReferences
from server.session import Session
from server.settings import Settings
from server.spare_processor import SpareProcessor

logger = logging.getLogger(__name__)


class SessionManager:
    """Holds the sessions, no more than there are slots.

    ``styles`` are the ids a look may name; each session gets a processor of its own from ``processors``, so
    that two sessions never share anything.
    """

    def __init__(
        self,
        settings: Settings,
        processors: SpareProcessor,
        styles: frozenset[str],
        references: ReferenceStore,
        metrics: Metrics,
        share: BackgroundShare,
    ) -> None:
        self.styles = styles
        self._settings = settings
        self._processors = processors
        self._references = references
        self._metrics = metrics
        self._share = share
        self._sessions: dict[str, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = 0
        self._draining = False

    @property
    def active(self) -> int:
        """Slots taken."""
        return self._slots

    @property
    def draining(self) -> bool:
        """True once the server stopped taking people in."""
        return self._draining

    async def open(self, sdp: str, look: Look) -> tuple[Session, str]:
        """A new session for an offer, and its SDP answer.

        Raises:
            RequestError: no slot is free, the server is going down, or the offer cannot be accepted.
        """
        try:
            self._reserve()
            try:
                session, answer = await self._accept(sdp, look)
            except BaseException:
                self._release()
                raise
        except RequestError as error:
            self._metrics.admission(error.code)
            raise
        self._metrics.admission("accepted")
        self._sessions[session.id] = session
        task = asyncio.create_task(self._keep(session), name="session")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return session, answer

    def get(self, session_id: str, token: str) -> Session:
        """The session of that id, for whoever holds its token.

        Raises:
            UnknownSessionError: there is none (any more).
            TokenError: the token is another one.
        """
        session = self._sessions.get(session_id)
        if session is None:
            raise UnknownSessionError
        if not hmac.compare_digest(session.token.encode(), token.encode()):
            raise TokenError
        return session

    async def close(self) -> None:
        """Take nobody in any more, end all sessions and wait until they are gone."""
        self._draining = True
        for session in self._sessions.values():
            session.end("draining")
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(None, self._processors.close)

    def _reserve(self) -> None:
        if self._draining:
            raise DrainingError
        if self._slots >= self._settings.limits.max_sessions:
            raise ServerFullError(self._settings.limits.max_sessions)
        self._slots += 1
        self._metrics.active(self._slots)

    def _release(self) -> None:
        self._slots -= 1
        self._metrics.active(self._slots)

    async def _accept(self, sdp: str, look: Look) -> tuple[Session, str]:
        loop = asyncio.get_running_loop()
        processor = await loop.run_in_executor(None, self._processors.take, look)
        references = SessionReferences(self._references)
        session = Session(self._settings, processor, self.styles, references, self._metrics, self._share)
        try:
            return session, await session.accept(sdp)
        except BaseException:
            await session.close()
            raise

    async def _keep(self, session: Session) -> None:
        reason = "error"
        try:
            reason = await session.run()
        except Exception:
            logger.exception("A session failed")
        finally:
            del self._sessions[session.id]
            del session
            self._release()
            self._metrics.ended(reason)
            logger.info("Session ended: %s (%d open)", reason, self._slots)
            await asyncio.get_running_loop().run_in_executor(None, self._prepare_for_next)

    def _prepare_for_next(self) -> None:
        give_back()
        self._processors.stock()
