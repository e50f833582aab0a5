"""Stages 08 to 18: from the codes of two photos to features with the new hair's shape."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.hairfast.graphs.coarse_features import CoarseFeatures
from engines.hairfast.masks import FeatureAlign, OneHot, hair_mask
from tools.parity.bench import Bench, Outputs, layers
from tools.parity.oracle import ROLES
from tools.parity.probes import Probes
from tools.parity.stages_encode import parsed

_BLOCKS = ("fc", "head_0", "G_middle_0", "G_middle_1", "up_0", "up_1", "up_2", "up_3")


def rotate(bench: Bench, role: str) -> Outputs:
    """The reference's coarse rows in the user's pose."""
    codes = bench.stored("03_e4e_images", "codes")[:, :6]
    source, pose = codes[ROLES.index(role)][None], codes[:1]
    return {"latent_from": source, "latent_to": pose, "out": bench.network("rotate")(source, pose)}


def rotated_render(bench: Bench, role: str) -> Outputs:
    """The reference, drawn in the user's pose."""
    fine = bench.stored("03_e4e_images", "codes")[ROLES.index(role)][None, 6:]
    latent = torch.cat([bench.stored(f"08_rotate_{role}", "out"), fine], 1)
    return {"start_end": layers(bench.generator(0, 8)), "latent": latent, "out": _rotated(bench, role)}


def parse_rotated(bench: Bench, role: str) -> Outputs:
    """The parser on that render."""
    return parsed(bench, ((_rotated(bench, role) + 1) / 2).clamp(0, 1), 1024)


def encode_masks(bench: Bench, role: str) -> Outputs:
    """Codes of the label maps of the user and of the turned reference."""
    generator = bench.network("mask_generator")
    found = {}
    for number, labels in enumerate((bench.labels("face"), bench.labels(f"rot_{role}"))):
        masks = OneHot()(labels)
        found[f"face_code_{number}"] = generator.encode_face(masks)
        found[f"hair_code_{number}"] = generator.encode_hair(masks)
    return found


def decode_masks(bench: Bench, role: str) -> Outputs:
    """The user's label map with the reference's hair."""
    stage = f"11_mask_encode_{role}"
    codes = bench.stored(stage, "face_code_0"), bench.stored(stage, "hair_code_1")
    generator = bench.network("mask_generator")
    with Probes({"face": generator.face_decoder, "hair": generator.hair_decoder}) as probes:
        scores = generator.decode(*codes)
    logits = {f"{part}_logit": probes.outputs(part)[0] for part in ("hair", "face")}
    return {**logits, "target_net": scores.argmax(1)}


def sean_encode(bench: Bench) -> Outputs:
    """Style codes of the user and the shape reference."""
    sean = bench.network("sean")
    labels = torch.cat([bench.labels(role) for role in ROLES[:2]])
    with Probes({"features": sean.Zencoder.model}) as probes:
        codes = sean.encode(bench.reduced()[:2], OneHot()(labels))
    return {"zencoder_features": probes.outputs("features")[0], "codes": codes}


def sean_decode(bench: Bench) -> Outputs:
    """Both redrawn in the target labels; the probes are the user's."""
    sean = bench.network("sean")
    modules = {name: getattr(sean, name) for name in _BLOCKS}
    modules |= {"head_0_ace_0": sean.head_0.ace_0, "up_3_ace_s": sean.up_3.ace_s}
    with Probes(modules) as probes:
        images = sean.decode(bench.stored("13_sean_encode", "codes"), OneHot()(bench.labels("target_shape")))
    found = {name: probes.outputs(name)[0][:1] for name in modules}
    return {**found, "out_face": images[0], "out_shape": images[1]}


def e4e_sean(bench: Bench) -> Outputs:
    """e4e on the redrawn pictures."""
    images = [bench.stored("14_sean_decode", f"out_{role}") for role in ROLES[:2]]
    return {"codes": bench.network("e4e")(torch.stack(images))}


def sean_features(bench: Bench) -> Outputs:
    """Generator layers 0..3 from those codes."""
    coarse = CoarseFeatures(bench.networks)
    out = coarse(bench.stored("15_e4e_sean", "codes"))
    return {"start_end": layers(coarse.generator), "out": out}


def align(bench: Bench) -> Outputs:
    """Features joined along the hair masks."""
    aligner = FeatureAlign()
    user, shape, target = (hair_mask(bench.labels(role)) for role in ("face", "shape", "target_shape"))
    masks = torch.cat([torch.maximum(user, target), target, shape * target])
    redrawn = bench.stored("16_gen_0_3_sean", "out")
    features = [bench.stored("07_F_mix", f"F_{role}") for role in ROLES[:2]]
    return {
        "masks_in": masks,
        "masks_dilate": aligner.morphology.dilate(masks),
        "masks_erode": aligner.morphology.erode(masks),
        "masks_32": aligner.reduce(torch.cat(aligner.masks(user, target, shape))),
        "latent_F_align": aligner(features[0], redrawn, features[1], user, target, shape),
    }


def color_hair(bench: Bench) -> Outputs:
    """The hair of the colour branch's target."""
    return {"HM_X": hair_mask(bench.labels("target_color"))}


def _rotated(bench: Bench, role: str) -> Tensor:
    latent = bench.stored(f"09_gen_0_8_rot_{role}", "latent")
    return bench.once(f"rotated_{role}", lambda: bench.generator(0, 8)(latent)[1])
