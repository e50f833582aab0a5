"""What drew a picture and why, as clients are told."""

from __future__ import annotations

STRANDS = {
    "engine": "strands",
    "reason": "Styles, and hair of photos without the networks of hairfast, are drawn by the engine strands.",
}
HAIRFAST = {
    "engine": "hairfast",
    "reason": "The engine hairfast is here, and takes hair from photo to photo most truly.",
}
