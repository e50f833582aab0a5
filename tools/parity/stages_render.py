"""Stages 19 to 24 and 30: from features and codes to pictures."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.hairfast.masks import Morphology, hair_mask
from engines.hairfast.networks.resampling import BicubicDownSample
from tools.parity.bench import Bench, Outputs, layers
from tools.parity.probes import Probes


def clip(bench: Bench) -> Outputs:
    """CLIP on the face without hair and on the colour reference's hair."""
    tower = bench.network("clip")
    blocks = tower.transformer.resblocks
    modules = {"face_ln_pre": tower.ln_pre, "face_block_0": blocks[0], "face_block_11": blocks[11]}
    pictures = _masked(bench)
    with Probes(modules) as probes:
        found = {
            f"embed_{role}": tower(pictures[name])
            for role, name in (("face", "target_face"), ("color", "hair_color"))
        }
    found |= {name: probes.outputs(name)[0] for name in modules}
    found["input_face"] = tower.prepare(pictures["target_face"])
    found["input_color"] = tower.prepare(pictures["hair_color"])
    return found


def blend(bench: Bench) -> Outputs:
    """The user's style rows in the reference's colour."""
    rows = bench.stored("04_fse", "S")[:, 6:]
    face, color = rows[:1], rows[2:]
    embeddings = [bench.stored("19_clip", f"embed_{role}") for role in ("face", "color")]
    return {
        **_masked(bench),
        "latent_face": face,
        "latent_color": color,
        "out": bench.network("blending")(face, color, *embeddings),
    }


def first_render(bench: Bench) -> Outputs:
    """Generator layers 4..8 on the aligned features."""
    coarse = bench.stored("04_fse", "S")[:1, :6]
    latent = torch.cat([coarse, bench.stored("20_blending", "out")], 1)
    generator = bench.generator(4, 8)
    # Layer 4 has the first two convolutions; the published numbering of layer 5's begins with 8.
    modules = {f"convs_{number + 6}": generator.synthesis.styled[number] for number in range(2, 10)}
    with Probes({**modules, "enlarge": generator.synthesis.enlarge}) as probes:
        out = generator(latent, bench.stored("17_F_align", "latent_F_align"))[1]
    found = {name: probes.outputs(name)[0] for name in modules}
    # What is enlarged is the RGB of the layer before.
    rgb = [*probes.inputs("enlarge")[1:], out]
    found |= {f"to_rgbs_{number}": picture for number, picture in enumerate(rgb, 4)}
    found |= {"start_end": layers(generator), "latent": latent}
    return {**found, "out": out, "I_blend_256": BicubicDownSample(4)(out)}


def encode_for_refinement(bench: Bench) -> Outputs:
    """The post-process encoder on the user's photo and on the first render."""
    encoder = bench.network("post_process").encoder_face
    names = [f"block_{number}" for number in range(1, 5)]
    with Probes({name: getattr(encoder, name) for name in names}) as probes:
        face = encoder(bench.reduced()[:1] * 2 - 1)
        render = encoder(bench.stored("21_gen_4_8_blend", "I_blend_256"))
    found = {f"{name}_face": probes.outputs(name)[0] for name in names}
    return {**found, "s_face": face[0], "f_face": face[1], "s_blend": render[0], "f_blend": render[1]}


def refine(bench: Bench) -> Outputs:
    """Both joined: what the final render starts from."""
    post_process = bench.network("post_process")
    encoded = encode_for_refinement(bench)
    blocks = dict(post_process.to_feature.res_blocks.named_children())
    with Probes(blocks) as probes:
        latent, features = post_process.fuse(
            *(encoded[n] for n in ("s_face", "f_face", "s_blend", "f_blend"))
        )
    return {**{name: probes.outputs(name)[0] for name in blocks}, "S_final": latent, "F_final": features}


def final_render(bench: Bench) -> Outputs:
    """Generator layers 5..8 on the result."""
    latent = bench.stored("23_post_process", "S_final")
    generator = bench.generator(5, 8)
    out = generator(latent, bench.stored("23_post_process", "F_final"))[1]
    return {"start_end": layers(generator), "latent": latent, "out": out, "image_01": unit(out)[0]}


def unit(rgb: Tensor) -> Tensor:
    """A render about [-1, 1] as a picture in [0, 1]."""
    return ((rgb + 1) / 2).clamp(0, 1)


def generator_alone(bench: Bench, first: int, last: int) -> Outputs:
    """Layers ``first..last`` on inputs by formula."""
    latent = torch.from_numpy(bench.oracle.formula_input("latent"))
    size = 2 << first
    features = torch.from_numpy(bench.oracle.formula_input(f"F{size}")) if first else None
    generator = bench.generator(first, last)
    out, skip = generator(latent, features)
    return {"start_end": layers(generator), "out": out, "skip": skip}


def _masked(bench: Bench) -> Outputs:
    """What CLIP sees of the user and of the colour reference, and the masks that hide the rest."""
    dilate, erode = Morphology().dilate, Morphology().erode
    hair = torch.cat([hair_mask(bench.labels(role)) for role in ("face", "color")])
    target = hair_mask(bench.labels("target_color"))
    pictures = bench.reduced() * 2 - 1
    face, color = pictures[:1], pictures[2:]
    seen = (1 - dilate(hair[:1])) * (1 - dilate(hair[1:])) * (1 - dilate(target))
    return {
        "hair_face_color_in": hair,
        "hair_face_color_dilate": dilate(hair),
        "hair_face_color_erode": erode(hair),
        "hair_target_color_in": target,
        "hair_target_color_dilate": dilate(target),
        "hair_target_color_erode": erode(target),
        "target_face": face * seen,
        "hair_color": color * erode(hair[1:]),
    }
