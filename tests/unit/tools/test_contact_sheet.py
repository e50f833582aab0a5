"""Contact sheets: what is chosen for them, and that they are whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.head_pose import HeadPose
from tools.clips import astronaut
from tools.contact_sheet import main, pick_frames, shots_of, write_pages
from tools.errors import ToolError
from tools.fresh_faces import FreshFaces
from tools.mannequin import mannequin, turned_face
from tools.media_io import read_image


def _turned(yaw: float | None) -> HeadPose | None:
    return None if yaw is None else turned_face(yaw, (240, 300), 6.0).pose


def test_the_frames_nearest_to_the_wanted_yaws_are_taken() -> None:
    poses = [_turned(yaw) for yaw in (-50.0, -29.0, None, -3.0, 1.0, 14.0, 16.5)]
    assert pick_frames(poses, [-60.0, -30.0, 0.0, 30.0, 60.0]) == {0, 1, 4}


def test_of_equally_good_frames_the_latest_is_taken() -> None:
    assert pick_frames([_turned(0.2), _turned(0.1), _turned(30.0)], [0.0]) == {1}


def test_a_sheet_has_a_cell_for_every_look_and_pose(tmp_path: Path) -> None:
    portrait, out = tmp_path / "astronaut.png", tmp_path / "sheet.png"
    Image.fromarray(astronaut()).save(portrait)
    styles = ["--styles", "pixie", "c-curl-bob", "--cell", "120x150"]
    assert main([str(out), *styles, "--input", str(portrait), "--turntable"]) == 0
    sheet = read_image(out)
    assert sheet is not None
    # Input and two styles; the portrait and five angles.
    assert sheet.shape == (22 + 6 * 152, 3 * 122 - 2, 3)
    plain, styled = sheet[22:172, :120].astype(int), sheet[22:172, 122:242].astype(int)
    assert np.abs(plain - styled)[:110].max() > 40


def test_the_bare_head_turns_with_its_pose() -> None:
    left, right = (mannequin(turned_face(yaw, (120, 150), 3.4).pose, (120, 150)) for yaw in (-40.0, 40.0))
    skin = [(picture < 0.6).any(axis=-1) for picture in (left, right)]
    assert 0.2 < skin[0].mean() < 0.7
    assert (skin[0] == skin[1][:, ::-1]).mean() > 0.95
    assert (skin[0] != skin[1]).any()


def test_nothing_to_show_is_said(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="--input"):
        main([str(tmp_path / "sheet.png")])


def test_missing_poses_are_turned_in_depth_and_farther_ones_left_out(tmp_path: Path) -> None:
    portrait = tmp_path / "astronaut.png"
    Image.fromarray(astronaut()).save(portrait)
    shots = shots_of(portrait, [-60.0, -30.0, 0.0, 30.0, 60.0], turn=True)
    assert [shot.turned for shot in shots] == [True, False, True]
    with FreshFaces() as find:
        yaws = [find(shot.frames[-1][0], 0.0)[0].pose.yaw for shot in shots]
    assert yaws == pytest.approx([-30.0, 0.0, 30.0], abs=6.0)


def test_each_input_has_sheets_of_so_many_looks(tmp_path: Path) -> None:
    cell = np.zeros((10, 8, 3), np.uint8)
    write_pages(tmp_path / "sheet.png", "me", ["a", "b", "c"], [[cell] * 4, [cell] * 4], 2)
    shapes = [np.asarray(Image.open(tmp_path / f"sheet-me-{page}.png")).shape for page in (1, 2)]
    # The input beside two looks, then beside the third; two poses.
    assert shapes == [(22 + 2 * 12, 3 * 10 - 2, 3), (22 + 2 * 12, 2 * 10 - 2, 3)]
    assert not (tmp_path / "sheet-me-3.png").exists()
