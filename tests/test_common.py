"""Both batteries of estimator checks: scikit-learn's and imbalanced-learn's."""

import pytest
from imblearn.utils.estimator_checks import check_dataframe_column_names_consistency, check_param_validation
from imblearn.utils.estimator_checks import estimator_checks_generator as imblearn_checks
from imblearn.utils.estimator_checks import parametrize_with_checks as parametrize_with_imblearn_checks
from sklearn.utils.estimator_checks import estimator_checks_generator as sklearn_checks
from sklearn.utils.estimator_checks import parametrize_with_checks as parametrize_with_sklearn_checks

from sklearn_gan import GANOversampler

SAMPLERS = [
    GANOversampler(generator=generator, max_steps=2, hidden_layer_sizes=(8,), random_state=0)
    for generator in ("noise", "residual")
]


@parametrize_with_sklearn_checks(SAMPLERS)
def test_sklearn_checks(estimator, check):
    check(estimator)


@parametrize_with_imblearn_checks(SAMPLERS)
def test_imblearn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", [check_param_validation, check_dataframe_column_names_consistency])
def test_checks_that_neither_battery_yields(check):
    check("GANOversampler", SAMPLERS[0])
