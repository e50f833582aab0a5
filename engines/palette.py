"""The hair colours, and the conversions between the colour spaces they are given in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from engines.errors import UnknownColorError

Lab = tuple[float, float, float]
Gradient = Literal["plain", "ombre", "balayage", "highlights", "money-piece", "two-tone"]

WHITE: Lab = (62.0, 0.0, 3.0)
"""Hair without pigment: not white to the eye, as light goes far in it before it comes back."""
# A second colour that nobody chose, against the first, L*; and from where on a colour is light.
_LIGHTER, _DEEPER, _LIGHT = 24.0, 26.0, 64.0

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
# CIE 1931 2° white point D65 and the sRGB primaries (IEC 61966-2-1).
_D65 = np.array([0.95047, 1.0, 1.08883])
_XYZ_TO_RGB = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)
_RGB_TO_XYZ = np.linalg.inv(_XYZ_TO_RGB)


@dataclass(frozen=True, slots=True)
class HairColor:
    """A hair colour under neutral light.

    ``root`` and ``tip`` are CIE Lab (D65); ``gloss`` is 0 (matte) to 1 (wet look). ``gradient`` says where
    the hair has the colour ``second`` instead (nowhere: ``plain``). ``white``: share of strands without any
    pigment; the others are as much darker as makes ``root`` and ``tip`` the mean of all.
    """

    id: str
    name_en: str
    name_ko: str
    root: Lab
    tip: Lab
    gloss: float
    gradient: Gradient = "plain"
    second: Lab = (0.0, 0.0, 0.0)
    white: float = 0.0

    def dyed(self, gradient: Gradient, tip: HairColor | None, gloss: float) -> HairColor:
        """This colour with ``tip``'s laid over it, and ``gloss`` times its own gloss.

        A plain gradient runs to ``tip``; the others paint with it, or without it with a second colour some
        levels lighter, on hair that is light already some levels darker.
        """
        shiny = min(self.gloss * gloss, 1.0)
        if gradient == "plain":
            return replace(self, gloss=shiny, tip=tip.tip if tip else self.tip)
        return replace(self, gloss=shiny, gradient=gradient, second=tip.tip if tip else self._counterpart())

    @property
    def lift(self) -> int:
        """Levels, 0..8, by which black hair must be bleached before it takes this colour: level 1 is N1's
        lightness, 10 that of N10."""
        level = float(np.interp(self.pigmented[1][0], _LEVELS, np.arange(1, 11)))
        # Cold and vivid colours are laid over pale hair only.
        vivid = np.hypot(self.tip[1], self.tip[2]) > 25.0 and (self.tip[2] < 8.0 or self.tip[1] < -3.0)
        level = min(level + 2.0, 10.0) if vivid and level > 4.0 else level
        return int(np.clip(round(level - 2.0), 0, 8))

    @property
    def pigmented(self) -> tuple[Lab, Lab]:
        """Root and tip of the strands that have pigment."""
        if self.white == 0.0:
            return self.root, self.tip
        return self._unmixed(self.root), self._unmixed(self.tip)

    def _unmixed(self, mean: Lab) -> Lab:
        rest = lab_to_linear(mean) - self.white * lab_to_linear(WHITE)
        lightness, a, b = (float(v) for v in linear_to_lab(np.maximum(rest, 0.002) / (1.0 - self.white)))
        return (lightness, a, b)

    def _counterpart(self) -> Lab:
        lightness, a, b = (0.5 * (r + t) for r, t in zip(self.root, self.tip, strict=True))
        if lightness > _LIGHT:
            return (lightness - _DEEPER, a + 3.0, b + 2.0)
        # Bleached hair is warm, unless its colour is far from that of hair.
        warm = 8.0 if a > -3.0 and b > -3.0 else 0.0
        return (lightness + _LIGHTER, 0.9 * a, 0.9 * b + warm)


def lab_to_linear(lab: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """CIE Lab (D65), shape (..., 3), to linear sRGB in [0, 1] (CIE 15:2004, section 8.2.1)."""
    value = np.asarray(lab, np.float64)
    fy = (value[..., 0] + 16.0) / 116.0
    f = np.stack([fy + value[..., 1] / 500.0, fy, fy - value[..., 2] / 200.0], axis=-1)
    delta = 6.0 / 29.0
    xyz = _D65 * np.where(f > delta, f**3, 3.0 * delta**2 * (f - 4.0 / 29.0))
    return np.asarray(np.clip(xyz @ _XYZ_TO_RGB.T, 0.0, 1.0))


def linear_to_lab(rgb: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Linear sRGB in [0, 1], shape (..., 3), to CIE Lab (D65)."""
    xyz = np.asarray(rgb, np.float64) @ _RGB_TO_XYZ.T / _D65
    delta = 6.0 / 29.0
    f = np.where(xyz > delta**3, np.cbrt(xyz), xyz / (3.0 * delta**2) + 4.0 / 29.0)
    lightness = 116.0 * f[..., 1] - 16.0
    return np.stack([lightness, 500.0 * (f[..., 0] - f[..., 1]), 200.0 * (f[..., 1] - f[..., 2])], axis=-1)


def srgb_to_linear(value: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """sRGB in [0, 1] to linear light in [0, 1] (IEC 61966-2-1)."""
    v = np.asarray(value, np.float64)
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(value: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Linear light to sRGB in [0, 1] (IEC 61966-2-1); values outside [0, 1] are clipped first."""
    v = np.clip(np.asarray(value, np.float64), 0.0, 1.0)
    return np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)


def to_hex(lab: Lab) -> str:
    """The sRGB hex code that shows ``lab`` on a screen."""
    r, g, b = (int(c) for c in np.rint(linear_to_srgb(lab_to_linear(lab)) * 255.0))
    return f"#{r:02X}{g:02X}{b:02X}"


# L* of the tips of the natural colours, level 1 to 10.
_LEVELS = (14.0, 19.0, 23.0, 29.0, 36.0, 44.0, 53.0, 62.0, 72.0, 83.0)

PALETTE: dict[str, HairColor] = {
    color.id: color
    for color in (
        HairColor("N1", "Natural black", "흑발", (12, 1, 1), (14, 1.5, 1.5), 0.85),
        HairColor("N2", "Soft brown-black", "자연 흑갈색", (16, 2, 2.5), (19, 3, 4), 0.80),
        HairColor("N3", "Darkest brown", "다크 브라운", (20, 3.5, 5), (23, 4.5, 7), 0.75),
        HairColor("N4", "Chocolate brown", "초코 브라운", (25, 5, 8), (29, 6.5, 11), 0.70),
        HairColor("N5", "Natural brown", "내추럴 브라운", (31, 7, 12), (36, 8.5, 15.5), 0.65),
        HairColor("N6", "Dark blonde", "다크 블론드", (38, 8, 16.5), (44, 9, 20.5), 0.60),
        HairColor("N7", "Medium blonde", "미디엄 블론드", (46, 8, 21), (53, 8, 25), 0.55),
        HairColor("N8", "Light blonde", "라이트 블론드", (55, 6.5, 24), (62, 6, 27.5), 0.52),
        HairColor("N9", "Very light blonde", "베리 라이트 블론드", (65, 4.5, 24), (72, 3.5, 25.5), 0.50),
        HairColor("N10", "Platinum", "플래티넘", (74, 2, 18), (83, 0.5, 15), 0.48),
        HairColor("F1", "Blue black", "블루블랙", (13, 0.5, -5), (16, 0, -11), 0.90),
        HairColor("F2", "Ash grey", "애쉬 그레이", (30, 1, 2), (50, -0.5, -1), 0.50),
        HairColor("F3", "Burgundy wine", "버건디 와인", (20, 16, 4), (29, 29, 8), 0.75),
        HairColor("F4", "Copper orange", "코퍼 오렌지", (38, 26, 30), (52, 34, 46), 0.60),
        HairColor("F5", "Rose pink", "로즈 핑크", (40, 28, 4), (66, 34, 2), 0.50),
        HairColor("F6", "Lavender violet", "라벤더", (38, 18, -20), (62, 19, -23), 0.50),
        HairColor("X1", "Khaki brown", "카키 브라운", (28, 0, 9), (40, -2, 15), 0.45),
        HairColor("X2", "Milk-tea beige", "밀크티 베이지", (46, 6, 16), (64, 5, 18), 0.50),
        HairColor("X3", "Mint", "민트", (45, -12, 4), (73, -24, 3), 0.48),
        HairColor("X4", "Cobalt blue", "코발트 블루", (22, 6, -28), (38, 10, -48), 0.60),
        HairColor("X5", "Silver white", "실버 화이트", (60, 0, 2), (80, -0.5, 1), 0.55),
        HairColor("X6", "Salt and pepper", "새치 반백", (34, 1, 2), (40, 1, 2.5), 0.45, white=0.22),
        HairColor("X7", "True red", "레드", (28, 34, 20), (40, 50, 32), 0.65),
        HairColor("X8", "Peach coral", "피치", (58, 20, 22), (74, 22, 26), 0.50),
    )
}


def resolve_color(color: str) -> HairColor:
    """The palette's colour of that id, or an even colour for ``#RRGGBB``.

    Raises:
        UnknownColorError: neither an id nor a hex code.
    """
    if color in PALETTE:
        return PALETTE[color]
    if not _HEX.fullmatch(color):
        raise UnknownColorError(color)
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    lightness, a, b = (float(v) for v in linear_to_lab(srgb_to_linear(srgb)))
    lab = (lightness, a, b)
    return HairColor(color.upper(), color.upper(), color.upper(), lab, lab, 0.6)
