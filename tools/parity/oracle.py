"""A folder of reference tensors of the official HairFastGAN, and the formula its weights come from."""

from __future__ import annotations

import importlib.util
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from engines.hairfast.network_catalogue import expected_state
from engines.hairfast.weights.sources import NETWORK_SOURCES
from engines.hairfast.weights.spectral_norm import fold_spectral_norm
from engines.runtime.session import Array
from tools.errors import ToolError

ROLES = ("face", "shape", "color")
_PARTS = ("weight_orig", "weight_u", "weight_v")


class OracleError(ToolError):
    """A folder is not one of reference tensors, or a file of it cannot be read."""

    code = "oracle"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One array against its reference."""

    error: float
    """Largest difference over largest magnitude; for labels and masks the share of differing pixels."""
    tolerance: float

    @property
    def passed(self) -> bool:
        return self.error <= self.tolerance

    @property
    def strain(self) -> float:
        """Error as a share of the tolerance; what must be exact and is not is infinitely far."""
        if self.tolerance:
            return self.error / self.tolerance
        return float("inf") if self.error else 0.0


class Oracle:
    """One seed of the folder. Its own scripts say how weights are made and arrays are compared.

    Those scripts are run: use folders you trust.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        """
        Raises:
            OracleError: the folder has no such seed, or lacks a file.
        """
        self.seed = seed
        self.root = folder / f"seed{seed}"
        if seed not in seeds(folder):
            raise OracleError(f"{folder} has no seed {seed}; it has {_listed(seeds(folder))}.")
        self._formula = _script(folder, "make_checkpoints")
        self._check = _script(folder, "check_stage")
        try:
            manifest = json.loads((self.root / "manifest.json").read_text())
        except (OSError, ValueError) as error:
            raise OracleError(f"{self.root / 'manifest.json'} cannot be read: {error}.") from None
        self.arrays: Mapping[str, tuple[str, ...]] = {
            stage: tuple(manifest[stage]) for stage in sorted(manifest)
        }
        """Names of the arrays of every stage, in the order of the pipeline."""

    def names(self, stage: str) -> tuple[str, ...]:
        """The arrays of a stage.

        Raises:
            OracleError: there is no such stage.
        """
        if stage not in self.arrays:
            raise OracleError(f"{self.root} has no stage {stage!r}; it has {_listed(list(self.arrays))}.")
        return self.arrays[stage]

    def stored(self, stage: str) -> dict[str, Array]:
        """The arrays of a stage that are stored in full.

        Raises:
            OracleError: the stage is not there or its file is damaged.
        """
        with self._reading(stage):
            return dict(self._check.load_stage(stage, self.root))

    def compare(
        self, stage: str, outputs: Mapping[str, Array], tolerance: float | None = None
    ) -> dict[str, Comparison]:
        """Compare the arrays that the stage has; ``tolerance`` replaces the folder's own.

        Raises:
            OracleError: the file of the stage is missing or damaged.
        """
        known = {name: array for name, array in outputs.items() if name in self.arrays[stage]}
        with self._reading(stage):
            results = self._check.compare(stage, known, root=self.root, tol=tolerance, verbose=False)
        return {name: Comparison(float(result.rel), float(result.tol)) for name, result in results.items()}

    def picture(self, name: str) -> Array:
        """A PNG of the seed, uint8 [1024,1024,3] RGB."""
        path = self.root / f"{name}.png"
        try:
            with Image.open(path) as image:
                return np.asarray(image.convert("RGB"))
        except (OSError, UnidentifiedImageError) as error:
            raise OracleError(f"{path} cannot be read: {error}.") from None

    def formula_input(self, name: str) -> Array:
        """Input ``latent``, ``F16``, ``F32`` or ``F64`` of the stages that need no photo."""
        return np.asarray(self._check.formula_input(name, self.seed))

    def read_network(self, name: str) -> dict[str, Tensor]:
        """The state dict of a network as the formula gives it, key by key: no file is written."""
        source = NETWORK_SOURCES[name]
        file = self._formula_file(source.file.paths)
        keys = self._formula.keys()[file]
        container = f"{source.container}/" if source.container else ""
        state: dict[str, Tensor] = {}
        for key in expected_state(name):
            stem = container + source.prefix + key
            parts = [stem.removesuffix("weight") + part for part in _PARTS]
            for official in (stem, *parts):
                if official in keys:
                    short = official.removeprefix(container + source.prefix)
                    state[short] = self._tensor(file, official)
        state = fold_spectral_norm(state)
        if source.latent_avg is not None:
            state["latent_avg"] = self._tensor(self._formula_file(source.latent_avg.paths), "latent_avg")
        if source.medians:
            medians = [self._formula_file(median.paths) for median in source.medians]
            state["median_codes"] = torch.stack([self._tensor(median, "ACE") for median in medians])
        return state

    def write_weights(self, folder: Path) -> None:
        """All weight files in the authors' layout, unless they are there: 5.5 GB."""
        missing = [
            file for file in self._formula.files() if not (folder / self._formula.output_path(file)).exists()
        ]
        if missing:
            self._formula.main([str(folder), "--seed", str(self.seed), "--only", *missing])

    @contextmanager
    def _reading(self, stage: str) -> Iterator[None]:
        try:
            yield
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise OracleError(f"Stage {stage} of {self.root} cannot be read: {error}.") from None

    def _formula_file(self, paths: tuple[str, ...]) -> str:
        """The formula's name of a published file."""
        known: dict[str, str] = {self._formula.output_path(file): file for file in self._formula.files()}
        return next(known[path] for path in paths if path in known)

    def _tensor(self, file: str, key: str) -> Tensor:
        return torch.from_numpy(self._formula.tensor(self.seed, file, key))


def seeds(folder: Path) -> list[int]:
    """Seeds the folder has.

    Raises:
        OracleError: it has none.
    """
    found = [path.parent.name.removeprefix("seed") for path in folder.glob("seed*/manifest.json")]
    if not any(name.isdigit() for name in found):
        raise OracleError(f"{folder} holds no reference tensors: there is no seedN/manifest.json in it.")
    return sorted(int(name) for name in found if name.isdigit())


def _script(folder: Path, name: str) -> ModuleType:
    path = folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        raise OracleError(f"{folder} holds no reference tensors: {name}.py is missing.")
    module = importlib.util.module_from_spec(spec)
    # Under its own name, because the scripts import each other by it.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _listed(values: list[Any]) -> str:
    return ", ".join(map(str, values))
