"""Masks from label maps, and features mixed under them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor, nn

from engines.hairfast.labels import LABEL_COUNT, FaceLabel
from engines.hairfast.masks import FeatureAlign, FeatureMix, Morphology, OneHot, hair_mask
from tests.unit.hairfast.drawn_labels import face_labels
from tests.unit.hairfast.network_checks import drawn, export, relative_error, run_exported

CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def labels(length: float, fringe: bool = False) -> Tensor:
    return torch.from_numpy(face_labels(length=length, fringe=fringe).astype(np.int32))[None]


def speckled() -> npt.NDArray[np.uint8]:
    """Blobs, single pixels and holes, some on the edges and in the corners."""
    mask = (cv2.GaussianBlur(drawn(256, 256).numpy(), (0, 0), 6) > 0.01).astype(np.uint8)
    mask[drawn(256, 256, seed=1).numpy() > 3] ^= 1
    mask[:30, :40] = mask[-1:, 200:] = 1
    return mask


def by_opencv(mask: npt.NDArray[np.uint8], operation: int) -> npt.NDArray[np.float32]:
    """Five steps of the cross with nothing outside the picture."""
    for _ in range(5):
        bordered = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
        mask = cv2.morphologyEx(bordered, operation, CROSS)[1:-1, 1:-1].astype(np.uint8)
    return mask.astype(np.float32)


def test_one_hot_has_a_one_at_the_label() -> None:
    maps = torch.cat((labels(0.5), labels(0.9)))
    one_hot = OneHot()(maps)
    assert one_hot.shape == (2, LABEL_COUNT, 256, 256)
    assert torch.equal(one_hot.sum(1), torch.ones(2, 256, 256))
    assert torch.equal(one_hot.argmax(1).int(), maps)


def test_hair_is_the_hair_label() -> None:
    maps = labels(0.9)
    assert torch.equal(hair_mask(maps)[:, 0].bool(), maps == int(FaceLabel.HAIR))


def test_one_convolution_widens_and_narrows_as_five_crosses_do() -> None:
    mask = speckled()
    given, morphology = torch.from_numpy(mask.astype(np.float32))[None, None], Morphology()
    np.testing.assert_array_equal(morphology.dilate(given)[0, 0], by_opencv(mask, cv2.MORPH_DILATE))
    eroded = by_opencv(mask, cv2.MORPH_ERODE)
    np.testing.assert_array_equal(morphology.erode(given)[0, 0], eroded)
    assert eroded.any()


def test_masks_narrow_from_the_edge_of_the_picture() -> None:
    eroded = Morphology().erode(torch.ones(1, 1, 32, 32))
    assert eroded[0, 0, 5:-5, 5:-5].all()
    assert eroded.sum() == 22 * 22


def test_features_are_mixed_inside_the_hair_only() -> None:
    outer, inner = drawn(1, 8, 32, 32), drawn(1, 8, 32, 32, seed=1)
    hair = torch.zeros(1, 1, 256, 256)
    hair[:, :, 64:192, 64:192] = 1
    mixed = FeatureMix()(outer, inner, hair)
    torch.testing.assert_close(mixed[..., 10:22, 10:22], (0.05 * outer + 0.95 * inner)[..., 10:22, 10:22])
    assert torch.equal(mixed[..., :6, :], outer[..., :6, :])


def test_each_part_of_aligned_features_comes_from_one_source() -> None:
    user, reference, redrawn = (
        torch.full((n, 4, 32, 32), value) for n, value in ((1, 1.0), (1, 4.0), (2, 0))
    )
    redrawn[0], redrawn[1] = 2, 3
    left, top, middle = (torch.zeros(1, 1, 256, 256) for _ in range(3))
    left[..., :64] = 1
    middle[..., 64:192, 96:] = 1
    top[..., 64:128, 96:] = 1
    aligned = FeatureAlign()(user, redrawn, reference, left, middle, top)[0, 0]
    assert aligned[28, 28] == pytest.approx(1), "no hair before or after: the user"
    assert aligned[28, 2] == pytest.approx(2), "the user's old hair: the user redrawn"
    assert aligned[20, 24] == pytest.approx(3), "new hair the reference does not show: the reference redrawn"
    assert aligned[11, 24] == pytest.approx(4), "new hair the reference shows: the reference itself"


class _All(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one_hot, self.mix, self.align = OneHot(), FeatureMix(), FeatureAlign()

    def forward(self, maps: Tensor, f: Tensor) -> tuple[Tensor, ...]:
        hair = hair_mask(maps)
        user, target, reference = hair[:1], hair[1:2], hair[2:]
        mixed = self.mix(f[:1], f[1:2], user)
        return self.one_hot(maps), mixed, self.align(mixed, f[:2], f[2:], user, target, reference)


def test_exports() -> None:
    module = _All().eval()
    inputs = torch.cat((labels(0.5), labels(0.9), labels(0.6, fringe=True))), drawn(3, 8, 32, 32)
    got = run_exported(export(module, inputs), inputs)
    for mine, wanted in zip(got, module(*inputs), strict=True):
        assert relative_error(mine, wanted) < 1e-5
