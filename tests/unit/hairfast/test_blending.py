"""The blending network."""

from __future__ import annotations

import torch
from torch import Tensor

from tests.unit.hairfast.network_checks import (
    drawn,
    export,
    own_shapes,
    published_shapes,
    relative_error,
    run_exported,
    twin,
)


def inputs(count: int = 1) -> tuple[Tensor, ...]:
    return (
        drawn(count, 12, 32),
        drawn(count, 12, 32, seed=1),
        drawn(count, 32, seed=2),
        drawn(count, 32, seed=3),
    )


def test_every_row_is_modulated_by_its_colour_row_and_both_embeddings() -> None:
    blending, (face, color, clip_face, clip_color) = twin("blending"), inputs(2)
    rows = [torch.cat([color[:, row], clip_face, clip_color], 1) for row in range(12)]
    wanted = face + 0.1 * blending.modulation_module_list(face, torch.stack(rows, 1))
    assert relative_error(blending(face, color, clip_face, clip_color), wanted) < 1e-6
    assert relative_error(blending(face, color, clip_color, clip_face), wanted) > 1e-3


def test_exports() -> None:
    blending, given = twin("blending"), inputs()
    assert relative_error(run_exported(export(blending, given), given)[0], blending(*given)) < 1e-5


def test_takes_the_published_keys() -> None:
    assert own_shapes("blending") == published_shapes("Blending/checkpoint.pth", "model_state_dict/")
