"""Where each network's weights lie in the published files, and how their keys become the network's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engines.hairfast.weights import files
from engines.hairfast.weights.files import WeightFile


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """The published files of one network.

    Attributes:
        file: holds its state dict.
        container: the entry of the file that is the state dict; None where the file is one.
        prefix: what the keys of this network begin with; keys that begin otherwise belong to other networks.
        unused: regular expression of keys (without prefix) that inference does not read.
        latent_avg: the file with the average latent that the network adds, under ``latent_avg`` or bare.
        medians: the files with SEAN's median style codes, by label.
        scripted: whether the file may be a TorchScript archive.
    """

    file: WeightFile
    container: str | None = None
    prefix: str = ""
    unused: str = ""
    latent_avg: WeightFile | None = None
    medians: tuple[WeightFile, ...] = ()
    scripted: bool = False


NETWORK_SOURCES: Final[Mapping[str, NetworkSource]] = MappingProxyType(
    {
        # style.*: the mapping network, never run; kernels: fixed FIR filters.
        "generator": NetworkSource(files.STYLEGAN, "g_ema", unused=r"style\.\d.*|.*\.kernel"),
        # The two auxiliary heads of training.
        "face_parser": NetworkSource(files.FACE_PARSER, unused=r"conv_out(16|32)\..*"),
        "fs_encoder": NetworkSource(files.FS_ENCODER, latent_avg=files.FS_ENCODER_LATENT),
        "e4e": NetworkSource(files.E4E, "state_dict", "encoder.", latent_avg=files.E4E),
        "rotate": NetworkSource(files.ROTATE, "model_state_dict"),
        # Hair codes are means: their deviations are never drawn from.
        "mask_generator": NetworkSource(files.MASK_GENERATOR, unused=r"hair_encoder\.std_out_layer\..*"),
        # Spade's own normalisation, noise and the mix of the blocks without a style are stored and never run.
        "sean": NetworkSource(
            files.SEAN,
            unused=r".*\.Spade\.param_free_norm\..*|.*\.noise_var|up_3\.ace_.\.blending_.*",
            medians=files.MEDIAN_CODES,
        ),
        "clip": NetworkSource(files.CLIP, prefix="visual.", scripted=True),
        "blending": NetworkSource(files.BLENDING, "model_state_dict"),
        "post_process": NetworkSource(
            files.POST_PROCESS, "model_state_dict", latent_avg=files.POST_PROCESS_LATENT
        ),
    }
)
