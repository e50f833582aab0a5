"""HairFastGAN: hair from a reference photo, from the authors' published weights to live video.

``networks/`` are the networks, ``weights/`` reads the published checkpoints into them, ``graphs/`` joins
them to the static graphs that run (in PyTorch, ONNX Runtime or TensorRT).
"""
