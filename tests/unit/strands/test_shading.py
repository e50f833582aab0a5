"""Light on hair."""

import numpy as np
import numpy.typing as npt
import pytest

from engines.light import Light
from engines.palette import PALETTE, lab_to_linear
from engines.strands import raster, shading
from engines.strands.strand_set import StrandSet
from engines.strands.tint import tint_table


@pytest.mark.parametrize("x", np.linspace(-1.0, 1.0, 21))
def test_inclination_is_the_arc_sine(x: float) -> None:
    assert raster._inclination(np.float32(x)) == pytest.approx(np.arcsin(x), abs=2e-4)


@pytest.mark.parametrize("x", [0.0, 0.3, 0.8, 1.2, -0.8])
def test_lobe_is_nearly_gaussian(x: float) -> None:
    assert raster._lobe(np.float32(x)) == pytest.approx(np.exp(-x * x), abs=0.05)


def strands(direction: tuple[float, float, float], tau: float = 0.0) -> StrandSet:
    points = np.linspace([0, 0, 0], direction, 4).astype(np.float32)
    return StrandSet(
        points=points,
        start=np.array([0, 4], np.int32),
        t=np.linspace(0, 1, 4, dtype=np.float32),
        tau=np.full((4, 5), tau, np.float32),
        relief=np.zeros(4, np.float32),
        jitter=np.zeros((1, 3), np.float32),
        width=np.array([0.03], np.float32),
        strand=np.zeros(1, np.int32),
        taper=0.35,
        underlay=0.0,
        part_x=float("nan"),
        specular=1.0,
        roughness=0.0,
    )


def shaded(
    color: str,
    direction: tuple[float, float, float] = (1, 0, 0),
    tau: float = 0.0,
    light: Light | None = None,
) -> npt.NDArray[np.float32]:
    hair = strands(direction, tau)
    material = shading.material_table(hair, hair.points)
    material[:, shading.TINT_COLUMNS] = tint_table(hair, PALETTE[color])
    parameters = shading.make_shade(PALETTE[color], hair, light or Light(), np.eye(3))
    out = np.zeros((4, 4), np.float32)
    for i in range(4):
        raster.shade_vertex(material, parameters, i, out)
    return out[:, :3]


def test_every_colour_is_recognisable_under_neutral_light() -> None:
    """The hue of lit hair is the palette's: chromaticity within a few hundredths at mid-strand."""
    for color_id, color in PALETTE.items():
        rgb = shaded(color_id, (0, -1, 0))[1]
        wanted = lab_to_linear(color.root) * 2 / 3 + lab_to_linear(color.tip) / 3
        np.testing.assert_allclose(rgb / rgb.sum(), wanted / wanted.sum(), atol=0.07, err_msg=color_id)


def test_tip_has_the_tip_colour() -> None:
    rgb = shaded("F5")
    assert rgb[3].mean() > 1.5 * rgb[0].mean()


def test_hair_inside_hair_is_darker() -> None:
    assert shaded("N5", tau=4.0).mean() < 0.4 * shaded("N5").mean()


def test_light_from_the_side_lights_that_side() -> None:
    hair = strands((0, 1, 0))
    tau = hair.tau.copy()
    tau[:, 1] = 4.0  # much hair towards the person's right
    left = Light(direction=np.array([0.9, 0.3, 0.3], np.float32) / np.float32(np.sqrt(0.99)))
    right = Light(direction=np.array([-0.9, 0.3, 0.3], np.float32) / np.float32(np.sqrt(0.99)))
    object.__setattr__(hair, "tau", tau)
    material = shading.material_table(hair, hair.points)
    material[:, shading.TINT_COLUMNS] = tint_table(hair, PALETTE["N5"])
    out = {}
    for name, light in (("left", left), ("right", right)):
        parameters = shading.make_shade(PALETTE["N5"], hair, light, np.eye(3))
        color = np.zeros((4, 4), np.float32)
        raster.shade_vertex(material, parameters, 1, color)
        out[name] = color[1, :3].mean()
    assert out["left"] > 1.3 * out["right"]


def test_camera_gain_scales_the_result() -> None:
    warm = Light(color=np.array([1.2, 1.0, 0.8], np.float32))
    np.testing.assert_allclose(
        shaded("N7", light=warm) / shaded("N7"), np.tile([1.2, 1.0, 0.8], (4, 1)), rtol=1e-4
    )


def at(points: tuple[float, float, float], light: Light, color: str = "N7") -> npt.NDArray[np.float32]:
    """The colour of upright hair that is open on all sides, somewhere on a head seen from the front."""
    hair = strands((0, 1, 0))
    place = np.array(points, np.float32) + hair.points * np.float32(0.01)
    material = shading.material_table(hair, place)
    material[:, shading.TINT_COLUMNS] = tint_table(hair, PALETTE[color])
    parameters = shading.make_shade(PALETTE[color], hair, light, np.eye(3))
    out = np.zeros((4, 4), np.float32)
    raster.shade_vertex(material, parameters, 1, out)
    return out[1, :3]


LEFT, RIGHT, FRONT = (8.0, 3.0, -2.0), (-8.0, 3.0, -2.0), (0.0, 3.0, 8.0)


def test_the_head_shades_the_hair_on_its_far_side() -> None:
    light = Light(direction=np.array([1.0, 0.0, 0.0], np.float32), ambient=0.2)
    assert at(LEFT, light).mean() > 1.8 * at(RIGHT, light).mean()


def test_lights_of_two_colours_colour_each_its_side() -> None:
    hue = np.array([[0.6, 0, 0], [-0.1, 0, 0], [-0.5, 0, 0]], np.float32)
    light = Light(hue=hue)
    left, right, plain = at(LEFT, light), at(RIGHT, light), at(LEFT, Light())
    assert left[0] / left[2] > 1.6 * plain[0] / plain[2]
    assert right[0] / right[2] < 0.6 * plain[0] / plain[2]


def test_light_from_behind_shows_at_the_edge_only() -> None:
    rim = Light(rim=np.array([0.5, 0.5, 0.5], np.float32))
    assert at(LEFT, rim).mean() > 1.3 * at(LEFT, Light()).mean()
    assert at(FRONT, rim) == pytest.approx(at(FRONT, Light()))


def test_width_tapers_to_the_tip() -> None:
    hair = strands((0, -10, 0))
    width = shading.place_table(hair, hair.points)[:, 3]
    assert width[0] == width[1] >= 0.03
    assert width[-1] == pytest.approx(0.35 * width[0])


def test_highlights_of_brown_hair_are_warm_and_those_of_black_hair_are_not() -> None:
    hair = strands((0, 1, 0))
    sheen = {
        color: shading.make_shade(PALETTE[color], hair, Light(), np.eye(3))[42:45] for color in ("N1", "N4")
    }
    luminance = np.array([0.2126, 0.7152, 0.0722])
    for color in sheen:
        np.testing.assert_allclose(sheen[color] @ luminance, 1.0, rtol=1e-5)
    assert sheen["N4"][0] > 1.4 * sheen["N4"][2]
    assert sheen["N1"][0] < 1.2 * sheen["N1"][2]
