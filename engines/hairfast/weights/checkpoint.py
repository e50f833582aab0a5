"""Open a published file without ever running what it may hold."""

from __future__ import annotations

import pickle
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.hairfast.weights.errors import DamagedWeightsError, ForeignWeightsError, MissingWeightsError

_ZIP = b"PK\x03\x04"
# The pickled magic number that files of torch.save before 1.6 begin with.
_LEGACY = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9\x20j\xa8P\x19."
_CHECKPOINT = "a PyTorch checkpoint"
_FETCH = "`python -m tools.fetch_weights DIRECTORY` fetches what is missing"
_AGAIN = "delete it and run `python -m tools.fetch_weights DIRECTORY` again"


def read_checkpoint(path: Path, *, scripted: bool = False) -> Any:
    """What ``torch.save`` put into ``path``: tensors on the CPU, mapped into memory where the format allows.

    Tensors of a mapped file are read from disk as they are used; the file must stay as it is while they live.

    Args:
        path: a checkpoint of any version of PyTorch.
        scripted: whether a TorchScript archive is taken as well; its state dict is returned.

    Raises:
        MissingWeightsError: there is no such file.
        DamagedWeightsError: the file ends early or is broken.
        ForeignWeightsError: the file is no checkpoint, or asks for code to be run.
    """
    head = _head(path, _CHECKPOINT)
    zipped = head.startswith(_ZIP)
    if zipped and _is_script(path):
        if not scripted:
            raise ForeignWeightsError(path, _CHECKPOINT, "a TorchScript program, which was not run")
        return _scripted_state(path)
    if not zipped and not head.startswith(_LEGACY):
        raise ForeignWeightsError(path, _CHECKPOINT, _describe(head))
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except pickle.UnpicklingError as error:
        named = re.search(r"GLOBAL ([\w.]+)", str(error))
        code = f" ({named[1]})" if named else ""
        raise ForeignWeightsError(
            path, "tensors only", f"a pickle with code{code}, which was not run"
        ) from None
    except (RuntimeError, EOFError, OSError, ValueError, IndexError, KeyError):
        raise DamagedWeightsError(path, f"a whole {_CHECKPOINT[2:]}", _broken(path), _AGAIN) from None


def read_vector(path: Path) -> torch.Tensor:
    """The float32 vector of a NumPy file.

    Raises:
        MissingWeightsError: there is no such file.
        DamagedWeightsError: the file ends early.
        ForeignWeightsError: the file is no NumPy array of numbers.
    """
    expected = "a NumPy array"
    head = _head(path, expected)
    if not head.startswith(b"\x93NUMPY"):
        raise ForeignWeightsError(path, expected, _describe(head))
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError):
        raise DamagedWeightsError(path, f"a whole {expected[2:]}", _broken(path), _AGAIN) from None
    return torch.from_numpy(np.asarray(array, np.float32))


def _head(path: Path, expected: str) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError:
        raise MissingWeightsError(path, expected, "no file", _FETCH) from None
    except OSError as error:
        raise MissingWeightsError(path, expected, f"that it cannot be read ({error.strerror})") from None
    if not head:
        raise DamagedWeightsError(path, expected, "an empty file", _AGAIN)
    return head


def _is_script(path: Path) -> bool:
    """Whether the zip archive ``path`` is TorchScript; archives that hold no pickle are refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        raise DamagedWeightsError(path, f"a whole {_CHECKPOINT[2:]}", _broken(path), _AGAIN) from None
    if not any(name.endswith("/data.pkl") for name in names):
        raise ForeignWeightsError(path, _CHECKPOINT, "a zip archive without tensors")
    return any(name.endswith("/constants.pkl") for name in names)


def _scripted_state(path: Path) -> dict[str, torch.Tensor]:
    try:
        program = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]
        return dict(program.state_dict())
    except RuntimeError:
        raise DamagedWeightsError(path, "a whole TorchScript archive", _broken(path), _AGAIN) from None


def _broken(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB that end early or are broken"


def _describe(head: bytes) -> str:
    if head.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer instead of the file it stands for"
    if head.lstrip()[:5].lower() in (b"<!doc", b"<html"):
        return "a web page"
    if head.startswith(b"\x80"):
        return "another pickle, which may hold code and was not run"
    try:
        head[:400].decode("utf-8")
    except UnicodeDecodeError:
        return "a file of another kind"
    return "a text"
