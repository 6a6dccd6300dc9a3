"""Verdicts on constructed scores."""

import re

import numpy as np
import pytest

from sklearn_gan._comparison.verdict import Judge

NOISE = np.array([-1, 1, -2, 2, 0, 1, -1, 0, 2, -2]) / 1_000


def judge(n_rarest=50, noise=NOISE, **gains):
    """Return the Judge of a baseline with the score 0.5 and of methods with these mean gains over it."""
    scores = {"no resampling": np.full(10, 0.5)}
    scores |= {name.replace("_", " "): 0.5 + gain + np.roll(noise, i) for i, (name, gain) in enumerate(gains.items())}
    return Judge(scores, 0.25, n_rarest)


VERDICTS = {
    "gain": (judge(SMOTE=0.0, GAN=0.03), "GAN", r"Use GAN: the gain .* is \+0.030 \(\+0.02\d to \+0.03\d\), and no .*"),
    "equal": (judge(SMOTE=0.0), "no resampling", r"Use no resampling: no other method gains more than 0.01 over it\."),
    "simplest": (judge(class_weights=0.05, GAN=0.052), "class weights", r"Use class weights: .* no other method .*"),
    "best": (judge(class_weights=0.05, GAN=0.1), "GAN", r"Use GAN: .* \+0.100 .*"),
    "negligible": (judge(SMOTE=0.004), "no resampling", r"Use no resampling: no other method gains more than 0.01 .*"),
    "loss": (judge(GAN=-0.03), "no resampling", r"Use .*\. Worse than no resampling: GAN -0.030 \(.* to -0.02\d\)\."),
    "doubt": (judge(GAN=0.02, noise=30 * NOISE), "no resampling", r"Use .* clearly better.* GAN \+0.020 \(-.*\)\."),
    "few rows": (judge(14, GAN=0.02, noise=30 * NOISE), "no resampling", r"Too few rows to tell: 14 in the rarest .*"),
    "few rows, equal": (judge(14, GAN=0.0), "no resampling", r"Use no resampling: no other method gains .*"),
    "rival in doubt": (
        Judge({**judge(A=0.05).scores, "B": 0.56 + 30 * NOISE}, 0.25, 50),
        "A",
        r"Use A: the gain over no resampling is \+0.050 \([^)]*\)\.",
    ),
    "nothing else": (judge(), "no resampling", r"Use no resampling: nothing else was compared\."),
}


@pytest.mark.parametrize("judge, method, pattern", VERDICTS.values(), ids=VERDICTS)
def test_verdict_of_constructed_scores(judge, method, pattern):
    assert judge.choose() == method
    assert re.fullmatch(pattern, judge.explain(method)), judge.explain(method)


@pytest.mark.parametrize("seed", range(20))
def test_recommended_gain_has_an_interval_above_zero(seed):
    rng = np.random.default_rng(seed)
    scores = {name: rng.normal(0.02 * i, 0.02, 10) for i, name in enumerate("abcd")}
    judge = Judge(scores, 0.25, 50)
    chosen = judge.choose()
    assert chosen == "a" or judge.interval(chosen, "a")[0] > 0


def test_intervals_widen_with_the_number_of_methods():
    low, high = judge(A=0.0).interval("A", "no resampling")
    wider_low, wider_high = judge(A=0.0, B=0.0, C=0.0).interval("A", "no resampling")
    assert wider_low < low < high < wider_high


def share_of_wrong_choices(test_ratio, n_tables=500):
    """Return how often a method is chosen in place of an equally good baseline.

    Differences have the correlation that the correction assumes, n_test / (n_test + n_train) = 1/5.
    """
    rng, n_wrong = np.random.default_rng(0), 0
    for _ in range(n_tables):
        differences = rng.normal(size=4) * np.sqrt(0.2) + rng.normal(size=(10, 4)) * np.sqrt(0.8)
        scores = {"a": np.zeros(10)} | dict(zip("bcde", differences.T, strict=True))
        n_wrong += Judge(scores, test_ratio, 50).choose() != "a"
    return n_wrong / n_tables


def test_equal_methods_rarely_replace_the_simplest():
    assert 0 < share_of_wrong_choices(test_ratio=1 / 4) <= 0.05


def test_without_the_correction_equal_methods_often_replace_the_simplest():
    assert share_of_wrong_choices(test_ratio=0) > 0.05
