"""Messages of the control channel."""

from __future__ import annotations

import json
import random

from engines.errors import LiveHairError
from engines.look import OWN_STYLE, Look
from engines.strands.groom_file import list_styles
from server.control_message import Ping, parse_control

_LIMIT = 4096
_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 1.0, 1e308, -0.0, "", "x" * 100, "N4", "#12", "#123456", "F2\0", "머리",
    [], {}, [None], ["pixie", "afro"], ["pixie", []], {"type": "look"}, 10**400, float("nan"), float("inf"),
)  # fmt: skip
_MESSAGES: tuple[dict[str, object], ...] = (
    {"type": "ping"},
    {"type": "look", "style": "pixie", "color": "N4", "tip": "#aabbcc", "gradient": "ombre", "gloss": 1.2},
    {
        "type": "look",
        "length": 1.1,
        "volume": 0.9,
        "curl": 1,
        "density": 0.8,
        "part": "left",
        "fringe": "full",
    },
    {"type": "look", "compare": True, "mirror": False, "motion": True, "dye": "bleach", "coverage": 0.5},
    {"type": "look", "reference": "abc", "color_reference": None, "four": ["pixie", "afro", "own"]},
)


class ControlTarget:
    """Implements ``Target``."""

    name = "control"

    def __init__(self) -> None:
        self._styles = frozenset({OWN_STYLE, *(style.id for style in list_styles())})

    def feed(self, data: bytes) -> str:
        """See ``Target``."""
        try:
            text = data.decode("utf-8", "surrogateescape")
            message = parse_control(text, _LIMIT, Look(), self._styles, lambda _: None)
        except LiveHairError as error:
            if not str(error).endswith("."):
                raise ValueError("a refusal is not a sentence") from error
            return error.code
        return "ping" if isinstance(message, Ping) else "look"


def control_seeds(draw: random.Random, count: int = 4000) -> list[bytes]:
    """Good messages, and such with values in the wrong places."""
    keys = sorted({key for message in _MESSAGES for key in message})
    seeds = [json.dumps(message).encode() for message in _MESSAGES]
    for _ in range(count):
        message = dict(draw.choice(_MESSAGES))
        for _ in range(draw.randrange(1, 4)):
            message[draw.choice(keys)] = draw.choice(_VALUES)
        seeds.append(json.dumps(message).encode())
    nested = "[" * 2000, '{"type":' * 700, '{"type": "look", "four": ' + "[" * 1000
    return seeds + [text.encode() for text in nested]
