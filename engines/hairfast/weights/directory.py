"""A directory of published files, read network by network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engines.hairfast.licence import require_licence
from engines.hairfast.network_catalogue import expected_state
from engines.hairfast.weights.checkpoint import read_checkpoint, read_vector
from engines.hairfast.weights.errors import UnfitWeightsError
from engines.hairfast.weights.files import WeightFile
from engines.hairfast.weights.sources import NETWORK_SOURCES, NetworkSource
from engines.hairfast.weights.spectral_norm import fold_spectral_norm
from engines.hairfast.width import FULL, Width


class WeightDirectory:
    """Published files as the authors lay them out: ``pretrained_models/`` and ``models/sean_codes/``."""

    def __init__(self, path: Path, width: Width = FULL) -> None:
        """
        Args:
            path: the directory that holds the two folders.
            width: width of the networks; published checkpoints have ``FULL``.
        """
        self.path = path
        self.width = width

    @classmethod
    def accepted(cls, path: Path, width: Width = FULL) -> WeightDirectory:
        """The directory, if its operator accepted the licence: for whatever uses the authors' weights.

        Raises:
            LicenceNotAcceptedError: the message names the command that accepts it.
        """
        require_licence(path)
        return cls(path, width)

    def locate(self, file: WeightFile) -> Path:
        """Where a file lies: the first of its paths that exists, else its preferred one."""
        paths = [self.path / name for name in file.paths]
        return next((path for path in paths if path.exists()), paths[0])

    def read(self, network: str) -> dict[str, Tensor]:
        """The state dict of a network, exactly its keys and shapes, float32 on the CPU.

        Tensors may be mapped from the files (see :func:`read_checkpoint`).

        Raises:
            KeyError: there is no such network.
            WeightsError: a file is missing, damaged, foreign or does not fit.
        """
        source = NETWORK_SOURCES[network]
        path = self.locate(source.file)
        content = read_checkpoint(path, scripted=source.scripted)
        state = self._own_keys(_state_dict(content, source, path), source, path)
        expected = expected_state(network, self.width)
        _require_keys(state, expected, source, path)
        state = {key: state[key].float() for key in expected if key in state}
        if source.latent_avg is not None:
            own = self.locate(source.latent_avg)
            found = content if own == path else read_checkpoint(own)
            state["latent_avg"] = _latent_average(found, expected["latent_avg"].shape, own)
        if source.medians:
            state["median_codes"] = self._medians(source.medians, expected["median_codes"].shape)
        for key, value in state.items():
            _require_shape(path, source.prefix + key, expected[key].shape, value.shape)
        return state

    def _own_keys(self, state: Mapping[str, Tensor], source: NetworkSource, path: Path) -> dict[str, Tensor]:
        own = {
            key.removeprefix(source.prefix): value
            for key, value in state.items()
            if key.startswith(source.prefix) and not key.endswith("num_batches_tracked")
        }
        try:
            return fold_spectral_norm(own)
        except KeyError as missing:
            raise UnfitWeightsError(path, f"the key {missing}", "no such key") from None

    def _medians(self, medians: Iterable[WeightFile], shape: torch.Size) -> Tensor:
        rows = []
        for file in medians:
            path = self.locate(file)
            row = read_vector(path)
            _require_shape(path, "the median code", shape[1:], row.shape)
            rows.append(row)
        return torch.stack(rows)


def _state_dict(content: Any, source: NetworkSource, path: Path) -> Mapping[str, Tensor]:
    expected = f"a state dict of {source.file.networks[0]}"
    if source.container is not None:
        if not isinstance(content, Mapping) or source.container not in content:
            raise UnfitWeightsError(path, f"the entry {source.container!r}", _kind(content))
        content = content[source.container]
        expected += f" under {source.container!r}"
    if not isinstance(content, Mapping):
        raise UnfitWeightsError(path, expected, _kind(content))
    strange = next((key for key, value in content.items() if not isinstance(value, Tensor)), None)
    if strange is not None:
        raise UnfitWeightsError(path, expected, f"{_kind(content[strange])} under {strange!r}")
    return content


def _require_keys(
    state: Mapping[str, Tensor], expected: Mapping[str, Tensor], source: NetworkSource, path: Path
) -> None:
    elsewhere = {"latent_avg" if source.latent_avg else "", "median_codes" if source.medians else ""}
    missing = [key for key in expected if key not in state and key not in elsewhere]
    if missing:
        first = f"the key {source.prefix + missing[0]!r} of shape {_size(expected[missing[0]].shape)}"
        raise UnfitWeightsError(path, first, f"no such key ({len(missing)} of {len(expected)} are missing)")
    extra = [key for key in state if key not in expected and not re.fullmatch(source.unused, key)]
    if extra:
        wanted = f"the {len(expected) - len(elsewhere - {''})} keys of {source.file.networks[0]} only"
        raise UnfitWeightsError(path, wanted, f"also {source.prefix + extra[0]!r} ({len(extra)} too many)")


def _latent_average(content: Any, shape: torch.Size, path: Path) -> Tensor:
    found = content.get("latent_avg") if isinstance(content, Mapping) else content
    if not isinstance(found, Tensor):
        wanted = f"the tensor 'latent_avg' of shape {_size(shape)}"
        raise UnfitWeightsError(path, wanted, _kind(content if found is None else found))
    row = found.float()
    if row.shape != shape and row.numel() == shape[-1]:
        return row.reshape(shape[-1]).expand(shape).contiguous()
    _require_shape(path, "'latent_avg'", shape, row.shape)
    return row


def _require_shape(path: Path, key: str, expected: torch.Size, found: torch.Size) -> None:
    if found != expected:
        raise UnfitWeightsError(path, f"{key} of shape {_size(expected)}", _size(found))


def _size(shape: torch.Size) -> str:
    return "×".join(map(str, shape)) or "one number"


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        names = ", ".join(repr(key) for key in list(value)[:3])
        return f"entries such as {names}" if names else "no entries"
    return f"a {type(value).__name__}"
