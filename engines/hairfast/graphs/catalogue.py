"""Every graph that runs, by name: how it is built, what goes in, what comes out.

A graph is what runs between two decisions of the host, with static shapes and no control flow, so that it
exports as it is. Names of inputs and outputs mean the same array in every graph; all are float32 but label
maps, which are int32 in pipeline label order. Pictures are RGB, NCHW. Where a graph takes the arrays of
several pictures, their names begin with the role: ``user_``, ``shape_``, ``color_``.

==============  =============  =======================================================================
array           shape          what it is (shapes at full width)
==============  =============  =======================================================================
image           1,3,1024,1024  an aligned photo in [0, 1]
im_512, im_256  1,3,n,n        bicubic reductions of it, about [0, 1], not clipped
mean_256        1,3,256,256    mean of 4x4 pixels, in [-1, 1]
*labels         1,256,256      label maps, int32 0..18
w               1,18,512       e4e code of a reference; ``user_w`` [1,7,512]: the user's rows 0..6
s               1,18,512       feature-style code
f               1,512,32,32    F features of a photo: feature-style, e4e's inside the hair
sean_code       1,19,512       SEAN's style per label, zero where a label is absent
face_code       1,1024         the mask generator's code of the face around the hair
hair_clip       1,512          CLIP's embedding of the eroded hair, the rest mid-grey
sean_images     2,3,256,256    the user, then the shape reference, redrawn in the target labels
sean_f          2,512,32,32    F features of those two
f_align         1,512,32,32    F features of the user with the reference's hair shape
s_blend         1,18,512       style rows of the first render
blend_256       1,3,256,256    the first render, about [-1, 1], not clipped
s_final         1,18,512       style rows of the final render
f_final         1,512,64,64    input of generator layer 5: with ``vectors`` all a render needs
vectors         1,2880         ``StyleVectors`` of layers 5..8 for ``s_final``, joined in the order of
                               ``generator_layer.vector_names(5, 8)``
rgb             1,3,n,n        a render, about [-1, 1], not clipped
flow            1,64,64,2      per cell of ``f_final`` where to read it: (x, y), the picture's edges at
                               -1 and 1 (``align_corners=False``)
residual        1,3,512,512    what layer 8 adds to ``render_512`` at the keyframe, in units of rgb
alpha           1,1,512,512    opacity at the keyframe, in [0, 1]
rgba            1,4,512,512    the moved render in [0, 1], straight, and the moved alpha
==============  =============  =======================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from torch import nn

from engines.hairfast.generator_layer import vector_lengths
from engines.hairfast.graphs.align_blend import AlignBlend
from engines.hairfast.graphs.networks import Networks
from engines.hairfast.graphs.parse import Parse
from engines.hairfast.graphs.reduce import Reduce
from engines.hairfast.graphs.reference_encode import ReferenceEncode
from engines.hairfast.graphs.refine import Refine
from engines.hairfast.graphs.render import Render
from engines.hairfast.graphs.render_live import RenderLive
from engines.hairfast.graphs.rotate_labels import RotateLabels
from engines.hairfast.graphs.sean_decode import SeanDecode
from engines.hairfast.graphs.sean_features import SeanFeatures
from engines.hairfast.graphs.target_mask import TargetMask
from engines.hairfast.graphs.user_encode import UserEncode
from engines.hairfast.width import Width
from engines.runtime.session import TensorSpec

Specs = dict[str, TensorSpec]


@dataclass(frozen=True, slots=True)
class Graph:
    """One graph of the catalogue."""

    build: Callable[[Networks], nn.Module]
    """The module: called with the inputs in their order, it returns the outputs in theirs as a tuple."""
    networks: tuple[str, ...]
    """Names of the networks it takes from the store."""
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    size: int = 0
    """Side of ``rgb``, where it has one."""

    def input_specs(self, width: Width) -> Specs:
        """Shape and element type of every input, in order."""
        return {name: self._spec(name, width) for name in self.inputs}

    def output_specs(self, width: Width) -> Specs:
        """Shape and element type of every output, in order."""
        return {name: self._spec(name, width) for name in self.outputs}

    def _spec(self, name: str, width: Width) -> TensorSpec:
        if name.endswith("labels"):
            return TensorSpec((1, 256, 256), np.dtype(np.int32))
        shape = (1, 3, self.size, self.size) if name == "rgb" else tensor_shapes(width)[name]
        return TensorSpec(shape, np.dtype(np.float32))


def tensor_shapes(width: Width) -> Mapping[str, tuple[int, ...]]:
    """Shapes of all float arrays above but ``rgb``."""
    code, face_code = width.channels(512), width.channels(1024)
    picture = {
        "im_256": (1, 3, 256, 256),
        "s": (1, 18, code),
        "f": (1, code, 32, 32),
        "sean_code": (1, 19, code),
        "hair_clip": (1, code),
    }
    return {
        **picture,
        **{f"{role}_{name}": shape for role in ("user", "shape", "color") for name, shape in picture.items()},
        "image": (1, 3, 1024, 1024),
        "im_512": (1, 3, 512, 512),
        "mean_256": (1, 3, 256, 256),
        "w": (1, 18, code),
        "user_w": (1, 7, code),
        "face_code": (1, face_code),
        "sean_images": (2, 3, 256, 256),
        "sean_f": (2, code, 32, 32),
        "f_align": (1, code, 32, 32),
        "blend_256": (1, 3, 256, 256),
        "f_final": (1, code, 64, 64),
        "s_blend": (1, 18, code),
        "s_final": (1, 18, code),
        "vectors": (1, sum(vector_lengths(5, 8, width).values())),
        "flow": (1, 64, 64, 2),
        "residual": (1, 3, 512, 512),
        "alpha": (1, 1, 512, 512),
        "rgba": (1, 4, 512, 512),
    }


def _render(size: int, last_layer: int) -> Graph:
    return Graph(
        partial(Render, last_layer=last_layer), ("generator",), ("f_final", "vectors"), ("rgb",), size=size
    )


GRAPHS: Mapping[str, Graph] = {
    "reduce": Graph(Reduce, (), ("image",), ("im_512", "im_256", "mean_256")),
    "parse": Graph(Parse, ("face_parser",), ("im_512",), ("labels",)),
    "user_encode": Graph(
        UserEncode,
        ("e4e", "fs_encoder", "generator", "sean", "clip", "mask_generator"),
        ("im_256", "mean_256", "labels"),
        ("user_w", "s", "f", "sean_code", "hair_clip", "face_code"),
    ),
    "reference_encode": Graph(
        ReferenceEncode,
        ("e4e", "fs_encoder", "generator", "sean", "clip"),
        ("im_256", "mean_256", "labels"),
        ("w", "s", "f", "sean_code", "hair_clip"),
    ),
    "rotate_labels": Graph(
        RotateLabels, ("rotate", "generator", "face_parser"), ("w", "user_w"), ("rotated_labels",)
    ),
    "target_mask": Graph(
        TargetMask, ("mask_generator",), ("face_code", "rotated_labels"), ("target_labels",)
    ),
    "sean_decode": Graph(
        SeanDecode, ("sean",), ("user_sean_code", "shape_sean_code", "target_labels"), ("sean_images",)
    ),
    "sean_features": Graph(SeanFeatures, ("e4e", "generator"), ("sean_images",), ("sean_f",)),
    "align_blend": Graph(
        AlignBlend,
        ("clip", "blending", "generator"),
        (
            *("user_f", "shape_f", "sean_f"),
            *("user_labels", "shape_labels", "target_labels", "color_labels", "color_target_labels"),
            *("user_im_256", "user_s", "color_s", "color_hair_clip"),
        ),
        ("f_align", "s_blend", "blend_256"),
    ),
    "refine": Graph(
        Refine,
        ("post_process", "generator"),
        ("user_im_256", "blend_256"),
        ("f_final", "s_final", "vectors"),
    ),
    "render_256": _render(256, 6),
    "render_512": _render(512, 7),
    "render_1024": _render(1024, 8),
    "render_512_live": Graph(
        RenderLive, ("generator",), ("f_final", "vectors", "flow", "residual", "alpha"), ("rgba",)
    ),
}
"""Graphs by name."""
