"""A short job with an installed wheel and only its required dependencies, as `make wheel` runs it."""

import subprocess
import sys
from collections import Counter
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

import sklearn_gan
from sklearn_gan import GANOversampler, Pipeline, ResampledClassifier, ResamplingReport
from sklearn_gan.displays import TrainingDisplay

DATA_FILES = ("py.typed", "_page/templates/base.html", "_page/templates/page.css", "_page/templates/page.js")
EXTRAS = {
    "report": lambda *fitted: ResamplingReport(*fitted),
    "plot": lambda sampler, *_: TrainingDisplay.from_estimator(sampler),
    "dask": lambda *_: import_module("sklearn_gan.dask"),
}


def check_installation():
    """Check that the package is the installed one, complete, and without optional packages."""
    folder = Path(sklearn_gan.__file__).parent
    assert folder.is_relative_to(sys.prefix), folder
    assert not [name for name in DATA_FILES if not files(sklearn_gan).joinpath(name).is_file()]
    found = [name for name in ("dask", "matplotlib", "pandas", "polars", "pyarrow") if find_spec(name)]
    assert not found, found


def check_resampling(X, y):
    """Check the sampler, a pipeline, the ensemble and a saved file, and return the fitted sampler."""
    sampler = GANOversampler(max_steps=20, random_state=0)
    _, y_resampled = sampler.fit_resample(X, y)
    assert Counter(y_resampled.tolist()) == {0: 80, 1: 80}
    sampler.save("sampler.safetensors")
    assert np.array_equal(GANOversampler.load("sampler.safetensors").sample(5, 1), sampler.sample(5, 1))
    pipeline = Pipeline([("sampler", sampler), ("classifier", LogisticRegression())]).fit(X, y)
    ensemble = ResampledClassifier(LogisticRegression(), sampler, cv=2).fit(X, y)
    assert pipeline.predict(X).shape == ensemble.predict(X).shape == y.shape
    return sampler


def check_missing_extras(*fitted):
    """Check that a feature without its packages raises an error that states what to install."""
    for name, use in EXTRAS.items():
        try:
            use(*fitted)
            message = "no error"
        except ImportError as error:
            message = str(error)
        assert "pip install" in message, f"without the extra {name}: {message}"


def check_command_line(X, y):
    """Check the command, its help and a balanced file."""
    lines = [",".join(map(str, (*row, label))) for row, label in zip(X.tolist(), y.tolist(), strict=True)]
    Path("table.csv").write_text("\n".join(["a,b,label", *lines]) + "\n")
    command = Path(sys.executable).with_name("sklearn-gan")
    balance = ["balance", "table.csv", "--target", "label", "--out", "out.csv", "--max-steps", "9"]
    for arguments in (["--help"], balance):
        subprocess.run([command, *arguments], check=True, capture_output=True)
    assert len(Path("out.csv").read_text().splitlines()) == 161


def main():
    y = np.repeat([0, 1], [80, 20])
    X = np.random.default_rng(0).normal(size=(100, 2)) + y[:, None]
    check_installation()
    check_missing_extras(check_resampling(X, y), X, y)
    check_command_line(X, y)
    print(f"sklearn_gan {sklearn_gan.__version__} works with the required dependencies only.")


if __name__ == "__main__":
    main()
