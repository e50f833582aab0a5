"""Which published files there are, how large, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from engines.hairfast.labels import LABEL_COUNT

Origin = Literal["hub", "clip", "median-codes"]


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One published file.

    Attributes:
        path: where it lies below the weights' directory, with ``/``.
        megabytes: its published size, 10^6 bytes, as far as it is known; for estimates only.
        networks: the networks that read it.
        origin: the authors' hub repository, CLIP's own download, or SEAN's median codes, which are part of
            the authors' code repository.
        also: other paths below the directory that are taken instead where ``path`` does not exist.
    """

    path: str
    megabytes: float
    networks: tuple[str, ...]
    origin: Origin = "hub"
    also: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path it may have, the preferred one first."""
        return (self.path, *self.also)


def _hub(path: str, megabytes: float, *networks: str) -> WeightFile:
    return WeightFile(f"pretrained_models/{path}", megabytes, networks)


STYLEGAN: Final = _hub("StyleGAN/ffhq.pt", 132.7, "generator")
FACE_PARSER: Final = _hub("BiSeNet/face_parsing_79999_iter.pth", 53.3, "face_parser")
FS_ENCODER: Final = _hub("FeatureStyleEncoder/143_enc.pth", 456.0, "fs_encoder")
FS_ENCODER_LATENT: Final = _hub("FeatureStyleEncoder/psp_ffhq_encode.pt", 1200.0, "fs_encoder")
E4E: Final = _hub("encoder4editing/e4e_ffhq_encode.pt", 1201.6, "e4e")
ROTATE: Final = _hub("Rotate/rotate_best.pth", 26.3, "rotate")
MASK_GENERATOR: Final = _hub("ShapeAdaptor/mask_generator.pth", 963.9, "mask_generator")
SEAN: Final = _hub("sean_checkpoints/CelebA-HQ_pretrained/latest_net_G.pth", 1068.5, "sean")
BLENDING: Final = _hub("Blending/checkpoint.pth", 89.3, "blending")
POST_PROCESS: Final = _hub("PostProcess/pp_model.pth", 796.8, "post_process")
POST_PROCESS_LATENT: Final = _hub("PostProcess/latent_avg.pt", 0.003, "post_process")
CLIP: Final = WeightFile(
    "pretrained_models/CLIP/ViT-B-32.pt",
    354.0,
    ("clip",),
    "clip",
    also=("pretrained_models/CLIP/clip_vitb32_state_dict.pt",),
)
MEDIAN_FOLDER: Final = "models/sean_codes/styles_test/mean_style_code/median"
MEDIAN_CODES: Final = tuple(
    WeightFile(
        f"{MEDIAN_FOLDER}/{label}/ACE.npy",
        0.0022,
        ("sean",),
        "median-codes",
    )
    for label in range(LABEL_COUNT)
)

WEIGHT_FILES: Final = (
    STYLEGAN,
    FACE_PARSER,
    FS_ENCODER,
    FS_ENCODER_LATENT,
    E4E,
    ROTATE,
    MASK_GENERATOR,
    SEAN,
    BLENDING,
    POST_PROCESS,
    POST_PROCESS_LATENT,
    CLIP,
    *MEDIAN_CODES,
)
"""Everything inference needs, in the order it is fetched."""
