"""The matte network: its data engine, training, measurement and export; torch is needed."""
