"""How real and how steady the picture is, measured over videos of people."""
