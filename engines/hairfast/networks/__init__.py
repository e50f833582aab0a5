"""The networks of HairFastGAN in formulations that export as they are; attribute names follow the checkpoints."""
