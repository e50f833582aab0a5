"""Every stage of the reference by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from tools.parity import stages_encode as encode
from tools.parity import stages_render as render
from tools.parity import stages_shape as shape
from tools.parity.bench import Bench, Outputs

Stage = Callable[[Bench], Outputs]

_STAGES: Mapping[str, Stage] = {
    "00_labels": encode.labels,
    "01_preprocess": encode.preprocess,
    "02_bisenet_512": encode.parse_photos,
    "03_e4e_images": encode.e4e_photos,
    "04_fse": encode.feature_style,
    "05_gen_3_3_images": encode.content_features,
    "06_gen_0_3_images": encode.coarse_features,
    "07_F_mix": encode.mix,
    "13_sean_encode": shape.sean_encode,
    "14_sean_decode": shape.sean_decode,
    "15_e4e_sean": shape.e4e_sean,
    "16_gen_0_3_sean": shape.sean_features,
    "17_F_align": shape.align,
    "18_HM_X_color": shape.color_hair,
    "19_clip": render.clip,
    "20_blending": render.blend,
    "21_gen_4_8_blend": render.first_render,
    "22_pp_encoder": render.encode_for_refinement,
    "23_post_process": render.refine,
    "24_gen_5_8_final": render.final_render,
    "31_bisenet_1024_face": encode.parse_large,
}
_BRANCHES: Mapping[str, Callable[[Bench, str], Outputs]] = {
    "08_rotate": shape.rotate,
    "09_gen_0_8_rot": shape.rotated_render,
    "10_bisenet_1024_rot": shape.parse_rotated,
    "11_mask_encode": shape.encode_masks,
    "12_mask_decode": shape.decode_masks,
}
"""Stages that the shape and the colour reference both go through."""


def find_stage(name: str) -> Stage | None:
    """What computes the arrays of a stage; ``None`` for one that is not known."""
    if name in _STAGES:
        return _STAGES[name]
    stem, _, role = name.rpartition("_")
    if stem in _BRANCHES and role in ("shape", "color"):
        return partial(_branch, _BRANCHES[stem], role)
    layers = re.fullmatch(r"30_gen_unit_(\d)_(\d)", name)
    if layers is not None:
        return partial(render.generator_alone, first=int(layers[1]), last=int(layers[2]))
    return None


def _branch(stage: Callable[[Bench, str], Outputs], role: str, bench: Bench) -> Outputs:
    return stage(bench, role)
