"""Another colour for the wearer's own hair."""
