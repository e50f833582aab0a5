"""A directory of small checkpoints laid out as the authors': containers, prefixes and keys nobody reads."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.hairfast.weights import files
from engines.hairfast.weights.synthetic import synthetic_state
from engines.hairfast.width import TWIN

StateDict = dict[str, Tensor]


def write_layout(directory: Path) -> dict[str, StateDict]:
    """Write every file; returns what each network should read from them."""
    states = {name: synthetic_state(name, TWIN) for file in files.WEIGHT_FILES for name in file.networks}
    own = {name: dict(state) for name, state in states.items()}
    style_latent, e4e_latent = own["fs_encoder"].pop("latent_avg"), own["e4e"].pop("latent_avg")
    refine_latent, medians = own["post_process"].pop("latent_avg"), own["sean"].pop("median_codes")
    one = torch.ones(1)
    e4e = {f"encoder.{key}": value for key, value in own["e4e"].items()} | {"decoder.style.1.bias": one}
    generator = own["generator"] | {"style.1.weight": one, "convs.0.conv.blur.kernel": torch.ones(4, 4)}
    parser = own["face_parser"] | {
        "conv_out16.conv.conv.weight": one,
        "cp.resnet.bn1.num_batches_tracked": one,
    }
    clip = {f"visual.{key}": value for key, value in own["clip"].items()} | {"logit_scale": one}
    contents: dict[files.WeightFile, Any] = {
        files.STYLEGAN: {"g_ema": generator, "latent_avg": one},
        files.FACE_PARSER: parser,
        files.FS_ENCODER: own["fs_encoder"],
        files.FS_ENCODER_LATENT: {
            "state_dict": {},
            "latent_avg": style_latent,
            "opts": {"output_size": 1024},
        },
        files.E4E: {"state_dict": e4e, "latent_avg": e4e_latent, "opts": {"stylegan_size": 1024}},
        files.ROTATE: {"model_state_dict": own["rotate"]},
        files.MASK_GENERATOR: own["mask_generator"] | {"hair_encoder.std_out_layer.fc.bias": one},
        files.SEAN: with_spectral_norm(own["sean"]) | {"head_0.ace_0.noise_var": one},
        files.BLENDING: {"model_state_dict": own["blending"], "clip": "ViT-B/32"},
        files.POST_PROCESS: {"model_state_dict": own["post_process"]},
        files.POST_PROCESS_LATENT: refine_latent,
        files.CLIP: clip,
    }
    for file, content in contents.items():
        save(content, directory / file.path)
    for file, code in zip(files.MEDIAN_CODES, medians, strict=True):
        path = directory / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, code.numpy())
    return states


def with_spectral_norm(state: StateDict) -> StateDict:
    """SEAN's block convolutions as they are stored: weights with the vectors of their largest gain."""
    stored = {}
    for key, value in state.items():
        stem, _, name = key.rpartition(".")
        if name == "weight" and stem.rpartition(".")[2] in ("conv_0", "conv_1", "conv_s"):
            left, gains, right = torch.linalg.svd(value.flatten(1), full_matrices=False)
            # Scaled so that dividing by the largest gain gives ``value`` again.
            stored[f"{stem}.weight_orig"] = 3 * value
            stored[f"{stem}.weight_u"] = left[:, 0]
            stored[f"{stem}.weight_v"] = right[0] / gains[0]
        else:
            stored[key] = value
    return stored


def save(content: Any, path: Path, **options: Any) -> None:
    """``torch.save``, making the folder; a hard link that is there is replaced, not written through."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    torch.save(content, path, **options)


def linked_copy(source: Path, target: Path) -> Path:
    """A copy of a directory without copying any bytes."""
    shutil.copytree(source, target, copy_function=lambda a, b: Path(b).hardlink_to(a))
    return target
