"""HairFastGAN against the official implementation, stage by stage: ``python -m tools.parity``."""
