"""Stages 00 to 07 and 31: what is read from photos."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.hairfast.graphs.coarse_features import CoarseFeatures
from engines.hairfast.graphs.reduce import Reduce
from engines.hairfast.masks import FeatureMix, OneHot, hair_mask
from engines.hairfast.networks.face_parser import LabelMap
from engines.hairfast.networks.resampling import MatrixResample, bilinear_matrix
from tools.parity.bench import Bench, Outputs, layers
from tools.parity.oracle import ROLES
from tools.parity.probes import Probes


def labels(bench: Bench) -> Outputs:
    """The injected maps, through one-hot masks and back."""
    one_hot = OneHot()
    return {name: one_hot(bench.labels(name)).argmax(1)[0] for name in bench.oracle.stored("00_labels")}


def preprocess(bench: Bench) -> Outputs:
    """The reductions of the photos."""
    reduce = Reduce(bench.networks)
    results = zip(*(reduce(photo[None]) for photo in bench.photos()), strict=True)
    return dict(zip(("im_512", "im_256", "fse_input"), map(torch.cat, results), strict=True))


def parse_photos(bench: Bench) -> Outputs:
    """The parser at 512, one photo at a time."""
    photos = preprocess(bench)["im_512"]
    results = [parsed(bench, photo[None], 512) for photo in photos]
    return {name: torch.cat([result[name] for result in results]) for name in results[0]}


def parse_large(bench: Bench) -> Outputs:
    """The parser at 1024."""
    return parsed(bench, bench.photos()[:1], 1024)


def parsed(bench: Bench, image: Tensor, size: int) -> Outputs:
    """Scores, label map and intermediate features of an image (1,3,size,size)."""
    parser = bench.network("face_parser")
    modules = {
        "resnet": parser.cp.resnet,
        "cp8": parser.cp.conv_head16,
        "cp16": parser.cp.conv_head32,
        "ffm": parser.ffm,
    }
    with Probes(modules) as probes:
        scores = parser(image)
    found = dict(zip(("feat8", "feat16", "feat32"), probes.outputs("resnet")[0], strict=True))
    found |= {name: probes.outputs(name)[0] for name in ("cp8", "cp16", "ffm")}
    logits = MatrixResample(bilinear_matrix(size // 8, size))(scores)
    return {**found, "logits": logits, "label_net": LabelMap(size, size // 256)(scores)}


def e4e_photos(bench: Bench) -> Outputs:
    """e4e on the photos."""
    encoder = bench.network("e4e")
    units = {"unit0": 0, "unit3": 3, "c1": 6, "c2": 20, "c3": 23}
    modules = {name: encoder.body[number] for name, number in units.items()}
    modules |= {"stem": encoder.input_layer, "p2": encoder.styles[3], "p1": encoder.styles[7]}
    with Probes(modules) as probes:
        codes = encoder(bench.reduced() * 2 - 1)
    found = {name: probes.outputs(name)[0] for name in ("stem", *units)}
    # The pyramid's levels are what the heads of their rows read.
    found |= {name: probes.inputs(name)[0] for name in ("p2", "p1")}
    return {**found, "codes": codes}


def feature_style(bench: Bench) -> Outputs:
    """The feature-style encoder on the photos."""
    encoder = bench.network("fs_encoder")
    names = ("conv", "block_1", "block_2", "block_3", "block_4")
    modules = {name: getattr(encoder, name) for name in names}
    with Probes(modules) as probes:
        styles, content = encoder(preprocess(bench)["fse_input"])
    found = {name: probes.outputs(name)[0] for name in names}
    return {**found, "styles_delta": styles - encoder.latent_avg, "content": content, "S": styles}


def content_features(bench: Bench) -> Outputs:
    """Generator layer 3 on the content."""
    latent, content = (bench.stored("04_fse", name) for name in ("S", "content"))
    generator = bench.generator(3, 3)
    out = generator(latent, content)[0]
    return {"start_end": layers(generator), "out": out, "out_face": out[:1]}


def coarse_features(bench: Bench) -> Outputs:
    """Generator layers 0..3 from e4e's codes."""
    coarse = CoarseFeatures(bench.networks)
    out = coarse(bench.stored("03_e4e_images", "codes"))
    return {"start_end": layers(coarse.generator), "out": out, "out_face": out[:1]}


def mix(bench: Bench) -> Outputs:
    """Both features, mixed inside the hair."""
    mixer = FeatureMix()
    hair = torch.cat([hair_mask(bench.labels(role)) for role in ROLES])
    mixed = mixer(content_features(bench)["out"], coarse_features(bench)["out"], hair)
    found = {f"F_{role}": mixed[index : index + 1] for index, role in enumerate(ROLES)}
    return {**found, "hair_mask_32": mixer.reduce(hair)}
