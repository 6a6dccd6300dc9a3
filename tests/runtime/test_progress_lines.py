"""Progress in lines, with a clock that does not wait."""

import time

import pytest

from sklearn_gan._runtime import progress_lines
from sklearn_gan._runtime.progress import Bar
from sklearn_gan._runtime.progress_lines import CURRENT, INTERVAL, ProgressLines


def test_line_is_reported_after_each_interval():
    shown, waited, stages = [], [], iter(["reading", "fitting"])

    def wait(seconds):
        waited.append(seconds)
        stage = next(stages, None)
        lines.begin(stage)
        return stage is None

    lines = ProgressLines(shown.append, wait)
    lines.run()
    assert shown == ["reading", "fitting"] and waited == [INTERVAL] * 3 == [10] * 3


def test_line_has_the_count_of_the_progress_bar_and_then_the_next_stage(capsys):
    with ProgressLines(print) as lines:
        lines.begin("fitting", then="sampling")
        assert lines.describe() == "fitting"
        with Bar(total=4000, unit="step") as bar:
            bar.update(1200)
            assert lines.describe() == "fitting: 1,200 of 4,000 steps"
        assert lines.describe() == "sampling"
        lines.begin("writing")
        assert lines.describe() == "writing"
    assert capsys.readouterr() == ("", "")


def test_progress_bar_is_shown_outside_of_the_block(capsys):
    with ProgressLines(None), Bar(total=3) as bar:
        bar.update(3)
    assert "3/3" in capsys.readouterr().err and CURRENT.get() is None


def test_disabled_progress_bar_is_not_followed():
    with ProgressLines(print) as lines:
        lines.begin("comparing")
        with Bar(total=3, disable=True):
            assert lines.describe() == "comparing"


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_lines_end_with_the_block(error, monkeypatch):
    monkeypatch.setattr(progress_lines, "INTERVAL", 0.001)
    shown = []
    try:
        with ProgressLines(shown.append) as lines:
            while len(shown) < 3:
                time.sleep(0.001)
            if error:
                raise error
    except (ValueError, KeyboardInterrupt):
        pass
    assert set(shown) == {"starting"} and not lines._thread.is_alive()
