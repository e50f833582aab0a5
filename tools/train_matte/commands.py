"""What each subcommand of ``python -m tools.train_matte`` does."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch

from engines.strands.groom_file import list_styles
from realtime.matte.person_mask import PersonSegmenter
from tools.errors import ToolError
from tools.train_matte.backgrounds import Backgrounds
from tools.train_matte.calibration import calibration_inputs
from tools.train_matte.evaluation import Matte, score_motion, score_people, score_scenes
from tools.train_matte.export import FLOAT_NAME, INTEGER_NAME, export_float, export_integer
from tools.train_matte.hair_store import HairStore, render_part
from tools.train_matte.matte_session import MatteSession, milliseconds
from tools.train_matte.people import read_people
from tools.train_matte.photo_store import PhotoStore, build_photo_store
from tools.train_matte.report import people_table, speed_row
from tools.train_matte.run_record import RunRecord
from tools.train_matte.scene_maker import SceneMaker
from tools.train_matte.scene_pool import fill
from tools.train_matte.teacher import Teacher
from tools.train_matte.training import TrainingSettings, load_network, train

HELD_OUT_STYLES = ("hush-cut", "as-perm", "blunt-bob")
"""Hair that the network is tried on and never trained with."""
_EXACT = ("held-out-plain", "held-out")
_CALIBRATION = 96
_TIMED = 60


def render_hair(options: argparse.Namespace) -> None:
    """Render hair layers."""
    for held_out, name in ((False, "train"), (True, "held-out")):
        styles = [style.id for style in list_styles() if (style.id in HELD_OUT_STYLES) is held_out]
        first = 1000 if held_out else 0
        for part in range(first, first + (1 if held_out else options.parts)):
            count = render_part(options.data / "hair" / name, part, styles, options.looks)
            print(f"{name}, part {part}: {count} layers")


def pseudo_label(options: argparse.Namespace) -> None:
    """Label pictures of real people."""
    torch.set_num_threads(1)
    people = read_people(options.people)
    count = build_photo_store(people, Teacher(options.teacher), options.data / "photos", options.frames)
    print(f"{count} pictures of {len({person.identity for person in people})} people")


def make_scenes(options: argparse.Namespace) -> None:
    """Compose scenes from hair and people."""
    cv2.setNumThreads(1)
    maker = _maker(options.data, options.held_out, not options.plain)
    name = ("held-out-plain" if options.plain else "held-out") if options.held_out else "train"
    fill(options.data / "scenes" / name, maker, options.scenes, options.keep, options.seed)


def run_training(options: argparse.Namespace) -> None:
    """Train, and record the run."""
    settings = TrainingSettings(
        minutes=options.minutes,
        batch=options.batch,
        rate=options.rate,
        seed=options.seed,
        threads=options.threads,
    )
    parameters = {**asdict(settings), "start": str(options.start or "")}
    with RunRecord(options.mlruns, options.run, parameters) as record:
        train(options.data / "scenes" / "train", options.weights, settings, options.start, record.report)
        record.keep(options.weights)


def export(options: argparse.Namespace) -> None:
    """Write both ONNX files."""
    inputs = calibration_inputs(options.data / "scenes" / "train", _CALIBRATION)
    export_float(load_network(options.weights), options.out / FLOAT_NAME)
    export_integer(options.out / FLOAT_NAME, options.out / INTEGER_NAME, inputs)
    for name in (FLOAT_NAME, INTEGER_NAME):
        print(f"{name}: {(options.out / name).stat().st_size / 1e6:.2f} MB")


def evaluate(options: argparse.Namespace) -> None:
    """Measure on what was held out."""
    sessions = {name: MatteSession(options.out / name) for name in (FLOAT_NAME, INTEGER_NAME)}
    photos = _photos(options.data)
    maker, backgrounds = _maker(options.data, held_out=True), Backgrounds(None, held_out=True)
    metrics: dict[str, float] = {}
    for name, session in sessions.items():
        matte: Matte = session.run
        print(f"\n{name}")
        if photos is not None:
            scores = score_people(photos, matte, held_out=True)
            print(people_table(scores))
            metrics[f"{name} hair IoU"] = scores.mean("hair")
        exact = {kind: score_scenes(options.data / "scenes" / kind, matte) for kind in _EXACT}
        alone, following = score_motion(maker, backgrounds, matte, options.clips)
        for kind, (overlap, difference) in exact.items():
            print(f"exact alpha, {kind}: hair IoU {overlap:.3f}, mean absolute difference {difference:.4f}")
            metrics[f"{name} {kind} IoU"] = overlap
        print(f"moving, exact alpha: dtSSD {alone:.2f} alone, {following:.2f} with the previous matte")
        metrics[f"{name} dtSSD"] = following
    metrics |= _speeds(sessions)
    if options.run:
        with RunRecord(options.mlruns, options.run, {}) as record:
            record.report(0, {key.replace(" ", "_"): value for key, value in metrics.items()})


def _speeds(sessions: dict[str, MatteSession]) -> dict[str, float]:
    """Medians of one run, taken in turns so that a busy machine is busy for all."""
    segmenter = PersonSegmenter()
    picture = np.full((256, 256, 3), 127, np.uint8)
    jobs: dict[str, Callable[[], object]] = {}
    for name, session in sessions.items():
        jobs[name] = partial(session.run, picture)
    jobs["MediaPipe selfie segmentation"] = partial(segmenter.segment, picture)
    times = milliseconds(jobs, _TIMED)
    segmenter.close()
    print()
    for name, value in times.items():
        print(speed_row(name, value))
    return {f"{name} ms": value for name, value in times.items()}


def _photos(data: Path) -> PhotoStore | None:
    try:
        return PhotoStore(data / "photos")
    except ToolError:
        return None


def _maker(data: Path, held_out: bool, obstacles: bool = True) -> SceneMaker:
    """Held-out scenes show drawn people alone: only their labels are exact."""
    hair = HairStore(data / "hair" / ("held-out" if held_out else "train"))
    return SceneMaker(hair, None if held_out else _photos(data), held_out, obstacles=obstacles)
