"""The examples run, with few steps."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "examples"


@pytest.fixture
def load():
    def load(name):
        spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def test_digits_of_a_convolutional_pair_are_balanced_and_drawn(load, tmp_path, capsys):
    X, y = load("digits").main(max_steps=2, path=tmp_path / "digits.png")
    assert (np.bincount(y) == 183).all() and X.shape[1] == 64
    assert X.min() >= 0 and X.max() <= 16
    assert (tmp_path / "digits.png").stat().st_size > 10_000
    assert "there were 30 images, now there are 183" in capsys.readouterr().out


def test_all_displays_are_drawn(load, tmp_path):
    path = tmp_path / "displays.png"
    load("displays").main(max_steps=2, path=path)
    assert 10_000 < path.stat().st_size < 120_000
