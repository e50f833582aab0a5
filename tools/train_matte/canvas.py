"""The square that layers and pictures of the training stores are kept in.

The network's crop (realtime.matte.matte_crop) lies in its middle, at its own resolution; around it is a
margin, so that crops may be moved, turned and enlarged in training.
"""

from __future__ import annotations

SIDE = 256
"""Side of the network's input, px."""
MARGIN = 48
"""Canvas around it, px."""
CANVAS = SIDE + 2 * MARGIN
"""Side of the canvas, px."""
FACE_HEIGHT = SIDE / 3.0
"""Height of the face, from FaceMesh's topmost to its lowest point, px."""
FACE_CENTER = (MARGIN + 0.5 * SIDE - 0.5, MARGIN + 0.45 * SIDE - 0.5)
"""Its middle in the canvas (x, y), px."""
