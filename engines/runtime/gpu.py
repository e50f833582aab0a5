"""Which NVIDIA GPU is there, asked of the driver alone."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

_MAJOR, _MINOR = 75, 76
"""CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR of the CUDA driver API."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as the driver names it. Engines built for one run on no other."""

    name: str
    compute_capability: tuple[int, int]


def find_gpu(device: int = 0) -> Gpu | None:
    """The GPU with that index; ``None`` without a driver or without such a device.

    The driver's library is called directly, so that the question needs neither PyTorch nor TensorRT.
    """
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return None
    handle, major, minor = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    name = ctypes.create_string_buffer(256)
    failed = (
        cuda.cuInit(0)
        or cuda.cuDeviceGet(ctypes.byref(handle), device)
        or cuda.cuDeviceGetName(name, len(name), handle)
        or cuda.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR, handle)
        or cuda.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR, handle)
    )
    return None if failed else Gpu(name.value.decode(), (major.value, minor.value))
