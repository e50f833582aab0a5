"""Calibration, sweep and training on a small network."""

from __future__ import annotations

import copy
import itertools

import pytest
import torch

from engines.quantization.calibration import Calibration, calibrate
from engines.quantization.example import Example
from engines.quantization.fine_tuning import TuningSettings, fine_tune
from engines.quantization.quantized_convolution import quantize_convolutions
from engines.quantization.sensitivity import signal_to_noise, sweep
from engines.quantization.worthwhile import worthwhile_convolutions
from tests.unit.quantization.small_network import CONVOLUTIONS, SmallNetwork, examples


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def test_convolutions_that_take_no_time_or_filter_channels_are_left_out() -> None:
    assert worthwhile_convolutions(SmallNetwork(), examples(1)[0]) == CONVOLUTIONS


@pytest.mark.parametrize("method", list(Calibration))
def test_calibration_cuts_off_the_few_values_far_out(method: Calibration) -> None:
    network = SmallNetwork()
    shown = examples(8)
    shown[0].inputs[0][0, 0, 0, 0] = 100.0
    reach = calibrate(network, CONVOLUTIONS, shown, method)
    assert 2.5 < reach["first"].input < 15
    assert reach["fourth"].output > 0


@pytest.mark.parametrize("method", list(Calibration))
def test_a_quantised_network_is_close_to_the_one_it_came_from(method: Calibration) -> None:
    network = SmallNetwork()
    unseen = examples(2, seed=1)
    with torch.no_grad():
        wanted = [example.run(network) for example in unseen]
        quantize_convolutions(network, calibrate(network, CONVOLUTIONS, examples(4), method))
        got = [example.run(network) for example in unseen]
    assert 25 < signal_to_noise(got, wanted) < 60


def test_the_sweep_finds_the_sensitive_layer_and_keeps_no_more_than_it_must() -> None:
    network = SmallNetwork(gain=40.0)
    sites = quantize_convolutions(
        network, calibrate(network, CONVOLUTIONS, examples(4), Calibration.PERCENTILE)
    )
    unseen = examples(2, seed=1)
    none_kept, one_kept, *_ = sweep(network, sites, unseen, target_db=300.0).curve
    target = (none_kept + one_kept) / 2
    result = sweep(network, sites, unseen, target)
    assert result.ranking[0].name == "third"
    assert result.kept == ("third",)
    assert [name for name, site in sites.items() if not site.active] == ["third"]
    assert result.curve == (none_kept, one_kept)
    assert result.curve[0] + 3 < result.curve[1]


def test_the_sweep_keeps_everything_where_the_target_is_out_of_reach() -> None:
    network = SmallNetwork()
    sites = quantize_convolutions(
        network, calibrate(network, CONVOLUTIONS, examples(2), Calibration.PERCENTILE)
    )
    result = sweep(network, sites, examples(1, seed=1), target_db=300.0)
    assert set(result.kept) == set(CONVOLUTIONS)
    assert result.curve[-1] == float("inf")


def test_training_makes_good_what_an_outlier_channel_costs() -> None:
    network = SmallNetwork(gain=40.0)
    teacher = copy.deepcopy(network)
    sites = quantize_convolutions(
        network, calibrate(network, CONVOLUTIONS, examples(4), Calibration.PERCENTILE)
    )
    train = itertools.cycle(examples(8))
    unseen = examples(2, seed=1)
    tuning = fine_tune(
        network,
        sites,
        teacher,
        lambda: next(train),
        unseen,
        TuningSettings(steps=60, weight_rate=1e-2, scale_rate=1e-2),
    )
    with torch.no_grad():
        wanted = [example.run(teacher) for example in unseen]
        got = [example.run(network) for example in unseen]
    assert signal_to_noise(got, wanted) == pytest.approx(tuning.best_db)
    assert tuning.best_db > tuning.checks_db[0] + 1
    assert sum(tuning.losses[-8:]) < sum(tuning.losses[:8])
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_training_that_harms_is_taken_back() -> None:
    network = SmallNetwork()
    teacher = copy.deepcopy(network)
    sites = quantize_convolutions(
        network, calibrate(network, CONVOLUTIONS, examples(4), Calibration.PERCENTILE)
    )
    before = copy.deepcopy(network.state_dict())
    wild = TuningSettings(steps=6, weight_rate=10.0, scale_rate=0.5)
    tuning = fine_tune(network, sites, teacher, lambda: examples(1)[0], examples(1, seed=1), wild)
    assert tuning.best_db == tuning.checks_db[0]
    torch.testing.assert_close(network.state_dict(), before)


def test_buffers_of_an_example_stand_in_for_the_networks_own() -> None:
    network = SmallNetwork()
    plain = examples(1)[0]
    other = Example(plain.inputs, {"scale": torch.zeros(1, 8, 1, 1)})
    with torch.no_grad():
        before = plain.run(network)
        assert not torch.equal(other.run(network), before)
        assert torch.equal(plain.run(network), before)
