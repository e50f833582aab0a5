"""The fuzzer: the same inputs for the same seed, and every kind of fault is one."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

from tools.fuzz.control_target import ControlTarget, control_seeds
from tools.fuzz.mutator import Mutator
from tools.fuzz.tally import Tally

_ROOT = Path(__file__).resolve().parents[3]


def test_inputs_differ_from_each_other_and_not_between_runs() -> None:
    seeds = [b"one good input of some length" * 20, b"and another"]
    first, again = (Mutator(seeds, random.Random(3)) for _ in range(2))
    inputs = [first.next() for _ in range(200)]
    assert inputs == [again.next() for _ in range(200)]
    assert len(set(inputs)) > 120
    # Good input, too, has to be taken for good.
    assert set(seeds) & set(inputs)


def test_control_messages_reach_what_is_behind_the_json() -> None:
    draw = random.Random(4)
    mutator, target = Mutator(control_seeds(draw), draw), ControlTarget()
    outcomes = {target.feed(mutator.next()) for _ in range(2000)}
    assert outcomes >= {"ping", "look", "bad-control", "bad-look", "unknown-style", "unknown-color"}


def test_faults_are_kept_once_with_their_input() -> None:
    tally = Tally()
    tally.note("form", "read", 0.5)
    for data in (b"first", b"second"):
        try:
            int("no number")
        except ValueError as error:
            tally.fault("form", error, data)
    assert [(target, data) for target, _, data in tally.faults] == [("form", b"first")]
    assert "ValueError" in tally.faults[0][1]
    assert re.search(r"form +2 +FAULT ValueError", tally.table())
    assert re.search(r"form +0\.50 s +slowest", tally.table())


def test_the_parsers_stand_a_short_run() -> None:
    command = [sys.executable, "-m", "tools.fuzz", "--seconds", "3", "--no-server", "--seed", "8"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for target in ("picture", "control", "form", "offer"):
        assert re.search(rf"^{target} +[\d,]+ +(read|look)", done.stdout, re.MULTILINE), done.stdout
    assert "FAULT" not in done.stdout
