"""What draws hair: the protocol that every engine follows, and the engines."""

import os

# A frame is processed in one thread, with keyframes, decoder and encoder beside it: the cores are busy as it
# is. OpenBLAS and OpenCV would split each small operation over all of them and spin until the last is done,
# which costs more than the work itself. Both read this when they are first loaded.
for _name in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ.setdefault(_name, "1")

# ONNX Runtime since 1.29 reports to its makers, and keeps a file for that, unless told otherwise before it is
# first loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
