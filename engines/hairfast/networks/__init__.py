"""The networks of HairFastGAN, formulated to export as they are; attributes are named as the checkpoints'."""
