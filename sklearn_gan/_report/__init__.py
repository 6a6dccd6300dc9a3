"""ResamplingReport: one HTML page about a fitted sampler and its synthetic rows."""

from sklearn_gan._report.resampling_report import ResamplingReport

__all__ = ["ResamplingReport"]
