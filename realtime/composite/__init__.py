"""Hair layer, bared head and frame become one picture."""
