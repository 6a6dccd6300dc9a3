"""Both batteries of estimator checks: scikit-learn's and imbalanced-learn's."""

import pytest
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import RandomUnderSampler
from imblearn.utils.estimator_checks import check_dataframe_column_names_consistency, check_param_validation
from imblearn.utils.estimator_checks import estimator_checks_generator as imblearn_checks
from imblearn.utils.estimator_checks import parametrize_with_checks as parametrize_with_imblearn_checks
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.estimator_checks import parametrize_with_checks as parametrize_with_sklearn_checks

from sklearn_gan import GANOversampler, ResampledClassifier

# Some checks of scikit-learn have a class of a single row.
pytestmark = pytest.mark.filterwarnings("ignore:.* have 1 row:UserWarning")

SAMPLERS = [
    GANOversampler(generator=generator, max_steps=2, hidden_layer_sizes=(8,), random_state=0)
    for generator in ("noise", "residual", "both")
] + [GANOversampler(mode="autoencoder", max_steps=2, hidden_layer_sizes=(8,), random_state=0)]


CLASSIFIERS = [
    ResampledClassifier(LogisticRegression(), SAMPLERS[2]),
    ResampledClassifier(LogisticRegression(), SAMPLERS[2], correct_prior="analytic"),
    ResampledClassifier(HistGradientBoostingClassifier(max_iter=5), RandomUnderSampler(random_state=0)),
    ResampledClassifier(LogisticRegression(), SMOTE(k_neighbors=1, random_state=0)),
]


@parametrize_with_sklearn_checks(SAMPLERS + CLASSIFIERS)
def test_sklearn_checks(estimator, check):
    check(estimator)


@parametrize_with_imblearn_checks(SAMPLERS)
def test_imblearn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", [check_param_validation, check_dataframe_column_names_consistency])
def test_checks_that_neither_battery_yields(check):
    check("GANOversampler", SAMPLERS[0])


@pytest.mark.parametrize("estimator", [SAMPLERS[0], CLASSIFIERS[0]])
def test_every_check_of_scikit_learn_ran_and_none_was_skipped(estimator):
    results = check_estimator(estimator, on_fail=None, on_skip=None)
    assert {result["status"] for result in results} == {"passed"}
    assert len(results) >= 40


def test_every_check_of_imbalanced_learn_ran():
    checks = list(imblearn_checks(SAMPLERS[0]))
    for estimator, check in checks:
        check(estimator)
    assert len(checks) >= 17
