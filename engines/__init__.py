"""What draws hair: the protocol that every engine follows, and the engines."""

import os

# A frame is processed in one thread, with keyframes, decoder and encoder beside it: the cores are busy as it
# is. OpenBLAS and OpenCV would split each small operation over all of them and spin until the last is done,
# which costs more than the work itself. Both read this when they are first loaded.
for _name in ("OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ.setdefault(_name, "1")
