"""Inputs for the graphs of HairFastGAN, drawn from a seed: of the right kind and size, showing nothing."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
import torch

from engines.hairfast.graphs.catalogue import GRAPHS
from engines.hairfast.graphs.networks import Networks
from engines.hairfast.networks.style_vectors import StyleVectors
from engines.runtime.session import Array

_ROLES = ("user_", "shape_", "color_", "rotated_", "target_")
_LABELS = 19


class GraphExamples:
    """Arrays by graph; the same for the same seed. Style vectors are those of a drawn latent."""

    def __init__(self, networks: Networks, seed: int = 0) -> None:
        self._networks = networks
        self._seed = seed

    def inputs(self, graph: str) -> dict[str, Array]:
        """Everything the graph of that name takes."""
        specs = GRAPHS[graph].input_specs(self._networks.width)
        return {name: self._draw(name, spec.shape).astype(spec.dtype) for name, spec in specs.items()}

    def _draw(self, name: str, shape: tuple[int, ...]) -> Array:
        digest = hashlib.sha256(f"{self._seed}:{name}".encode()).digest()
        rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))
        kind = name
        for role in _ROLES:
            kind = kind.removeprefix(role)
        if kind == "labels":
            return np.repeat(np.repeat(rng.integers(0, _LABELS, (1, 16, 16)), 16, 1), 16, 2)
        if kind.startswith(("im_", "image", "alpha")):
            return _smooth(rng, shape, 0.0, 1.0)
        if kind in ("mean_256", "blend_256", "sean_images", "rgb"):
            return _smooth(rng, shape, -1.0, 1.0)
        if kind == "residual":
            return _smooth(rng, shape, -0.1, 0.1)
        if kind == "flow":
            shift = _smooth(rng, (1, 2, *shape[1:3]), -0.05, 0.05)
            return np.add(_identity_flow(shape), np.moveaxis(shift, 1, 3))
        if kind == "vectors":
            return self._vectors(rng)
        return rng.normal(0.0, 0.5, shape)

    def _vectors(self, rng: np.random.Generator) -> Array:
        width = self._networks.width
        latent = 0.5 * rng.standard_normal((1, 18, width.channels(512)), np.float32)
        with torch.no_grad():
            vectors = StyleVectors(self._networks.get("generator"), 5, 8, normalise=True)(
                torch.from_numpy(latent)
            )
        joined: Array = torch.cat(vectors, 1).numpy()
        return joined


def _smooth(rng: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> Array:
    """Pictures with soft blobs, NCHW."""
    coarse = rng.uniform(low, high, (*shape[:2], 16, 16))
    pictures = np.empty(shape)
    for index in np.ndindex(shape[:2]):
        pictures[index] = cv2.resize(coarse[index], shape[:1:-1], interpolation=cv2.INTER_LINEAR)
    return pictures


def _identity_flow(shape: tuple[int, ...]) -> Array:
    rows, columns = shape[1:3]
    y, x = np.meshgrid(
        (np.arange(rows) + 0.5) / rows * 2 - 1, (np.arange(columns) + 0.5) / columns * 2 - 1, indexing="ij"
    )
    grid: Array = np.stack([x, y], -1)[None]
    return grid
