"""What all sessions of a server share: the networks, the thread they run in, and the references."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engines.face import Face
from engines.hairfast.alignment import ALIGNED_SIZE, Alignment
from engines.hairfast.live.fair_worker import FairWorker, Job, Ticket, WorkClient
from engines.hairfast.live.flow import GRID, sample_grid
from engines.hairfast.live.gan_keyframe import GanKeyframe
from engines.hairfast.live.gan_pass import GanPass, PassOrder
from engines.hairfast.live.graph_source import LIVE_GRAPH, Graphs, GraphSource
from engines.hairfast.live.painters import FeaturePainter, LayerPainter, Painter
from engines.hairfast.live.references import References
from engines.hairfast.live.settings import LiveSettings
from engines.hairfast.live.user_picture import UserPicture
from engines.head_geometry import mean_face
from engines.head_pose import HeadPose
from engines.look import Look

_TRIALS = 9
_WATCH_INTERVAL = 0.05


class NetworksAtWork:
    """Runs passes for all sessions, one at a time, and lends what draws their frames."""

    def __init__(self, source: GraphSource, references: References, settings: LiveSettings) -> None:
        self.backend = source.backend
        self.references = references
        self.settings = settings
        self.path = settings.path if settings.path != "auto" else "layer"
        """What is done for a frame; :meth:`warm_up` measures it where the settings leave it open."""
        self._source = source
        nice = 0 if source.on_gpu else settings.nice
        self._worker: FairWorker[GanKeyframe] = FairWorker("networks", nice)
        self._graphs: Graphs | None = None
        self._pass: GanPass | None = None

    @property
    def run_seconds(self) -> float | None:
        """How long a pass takes, by the last ones."""
        return self._worker.run_seconds

    def warm_up(self, stopped: Callable[[], bool]) -> None:
        """On a GPU: open every network, measure what a frame costs, and run two passes on a grey picture.

        On a CPU that would hold up for minutes what does not need it.

        Raises:
            LiveHairError: the networks cannot be opened.
        """
        if not self._source.on_gpu:
            return
        if self.settings.path == "auto" and self._frame_seconds() <= self.settings.frame_budget:
            self.path = "features"
        client = self._worker.client()
        for _ in range(2):
            client.submit(self._rehearse)
            while client.busy and not stopped():
                time.sleep(_WATCH_INTERVAL)
            outcome = client.take()
            if outcome is not None and outcome.error is not None:
                raise outcome.error
        client.forget()

    def client(self) -> WorkClient[GanKeyframe]:
        """A session's place in the queue."""
        return self._worker.client()

    def job(self, order: PassOrder) -> Job[GanKeyframe]:
        """The pass of ``order``, for :meth:`WorkClient.submit`."""
        return lambda ticket: self._passes()(order, ticket)

    def painter(self) -> Painter:
        """What draws one session's frames."""
        return LayerPainter() if self.path == "layer" else FeaturePainter(self._source.open())

    def close(self) -> None:
        """Stop the thread and free the networks."""
        self._worker.close()
        if self._graphs is not None:
            self._graphs.close()

    def _passes(self) -> GanPass:
        if self._pass is None:
            self._pass = GanPass(self._opened(), self.settings, features=self.path == "features")
        return self._pass

    def _opened(self) -> Graphs:
        if self._graphs is None:
            self._graphs = self._source.open()
        return self._graphs

    def _frame_seconds(self) -> float:
        """What the generator's share of a frame takes, median, seconds."""
        graphs = self._source.open()
        session = graphs(LIVE_GRAPH)
        for name, spec in session.inputs.items():
            if name != "flow":
                session.hold(name, np.zeros(spec.shape, spec.dtype))
        flow = sample_grid(np.zeros((GRID, GRID, 2), np.float32))
        times = []
        for _ in range(_TRIALS):
            begin = time.perf_counter()
            session.run({"flow": flow})
            times.append(time.perf_counter() - begin)
        graphs.close()
        return statistics.median(times[1:])

    def _rehearse(self, ticket: Ticket) -> GanKeyframe:
        pose = HeadPose(np.eye(3), 15.0, np.array([320.0, 240.0]))
        face = Face(pose.project(mean_face()).astype(np.float32), pose, (640, 480))
        square = np.full((ALIGNED_SIZE, ALIGNED_SIZE, 3), 128, np.uint8)
        picture = UserPicture(face, Alignment.of(face.landmarks), square)
        order = PassOrder(Look(), picture, lambda transfer: transfer.encode_reference(square), None, None)
        rehearsal = replace(self.settings, photo_limits=None)
        return GanPass(self._opened(), rehearsal, features=self.path == "features")(order, ticket)
