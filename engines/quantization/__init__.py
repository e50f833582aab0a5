"""8-bit integer networks: after training, and by training on; torch is needed."""
