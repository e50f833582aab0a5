"""The graphs in int8, by calibration and by training: ``python -m tools.quantize``."""
