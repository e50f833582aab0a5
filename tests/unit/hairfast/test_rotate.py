"""The rotate network."""

from __future__ import annotations

import torch

from tests.unit.hairfast.network_checks import (
    drawn,
    export,
    own_shapes,
    published_shapes,
    relative_error,
    run_exported,
    twin,
)


def test_adds_a_tenth_of_what_its_modules_make_of_the_rows() -> None:
    rotate, rows, pose = twin("rotate"), drawn(2, 6, 32), drawn(2, 6, 32, seed=1)
    changed = rotate(rows, pose)
    torch.testing.assert_close((changed - rows) * 10, rotate.modulation_module_list(rows, pose))
    assert relative_error(rotate(rows, pose.flip(0)), changed) > 1e-3


def test_one_picture_does_not_change_another() -> None:
    rotate, rows, pose = twin("rotate"), drawn(2, 6, 32), drawn(2, 6, 32, seed=1)
    assert relative_error(rotate(rows, pose)[1:], rotate(rows[1:], pose[1:])) < 1e-6


def test_exports() -> None:
    rotate, inputs = twin("rotate"), (drawn(1, 6, 32), drawn(1, 6, 32, seed=1))
    assert relative_error(run_exported(export(rotate, inputs), inputs)[0], rotate(*inputs)) < 1e-5


def test_takes_the_published_keys() -> None:
    assert own_shapes("rotate") == published_shapes("Rotate/rotate_best.pth", "model_state_dict/")
