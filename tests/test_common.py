"""Estimator checks of scikit-learn and imbalanced-learn."""

from unittest import SkipTest

import pytest
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import RandomUnderSampler
from imblearn.utils.estimator_checks import check_dataframe_column_names_consistency, check_param_validation
from imblearn.utils.estimator_checks import estimator_checks_generator as imblearn_checks
from imblearn.utils.estimator_checks import parametrize_with_checks as parametrize_with_imblearn_checks
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import estimator_checks_generator as sklearn_checks
from sklearn.utils.estimator_checks import parametrize_with_checks as parametrize_with_sklearn_checks

from sklearn_gan import GANImputer, GANOversampler, ResampledClassifier

# Some of scikit-learn's checks use a class with a single row.
pytestmark = pytest.mark.filterwarnings("ignore:.* have 1 row:UserWarning")

BRIEF = {"max_steps": 2, "hidden_layer_sizes": (8,), "random_state": 0}
SAMPLERS = [GANOversampler(**BRIEF), GANOversampler(mode="autoencoder", **BRIEF)]
SINGLE_GENERATORS = [GANOversampler(generator=generator, **BRIEF) for generator in ("noise", "residual")]
CLASSIFIERS = [
    ResampledClassifier(LogisticRegression(), SAMPLERS[0]),
    ResampledClassifier(LogisticRegression(), SAMPLERS[0], correct_prior="analytic"),
    ResampledClassifier(HistGradientBoostingClassifier(max_iter=5), RandomUnderSampler(random_state=0)),
    ResampledClassifier(LogisticRegression(), SMOTE(k_neighbors=1, random_state=0)),
]
IMPUTERS = [GANImputer(**BRIEF)]


def run(check, estimator):
    """Run a check, and fail if it is skipped."""
    try:
        check(estimator)
    except (SkipTest, pytest.skip.Exception) as skipped:
        pytest.fail(f"skipped: {skipped}")


@pytest.fixture(params=["few trees", pytest.param("all trees", marks=pytest.mark.stress)])
def selection(request):
    """Select candidates with classifiers of two trees, or, under `-m stress`, with the default ones."""
    if request.param == "few trees":
        request.getfixturevalue("quick_selection")


@pytest.mark.usefixtures("selection")
@parametrize_with_sklearn_checks(SAMPLERS + CLASSIFIERS)
def test_sklearn_checks(estimator, check):
    run(check, estimator)


@parametrize_with_sklearn_checks(IMPUTERS)
def test_sklearn_checks_of_imputers(estimator, check):
    run(check, estimator)


@pytest.mark.usefixtures("selection")
@parametrize_with_imblearn_checks(SAMPLERS)
def test_imblearn_checks(estimator, check):
    run(check, estimator)


@pytest.mark.stress
@parametrize_with_sklearn_checks(SINGLE_GENERATORS)
def test_sklearn_checks_of_single_generators(estimator, check):
    run(check, estimator)


@pytest.mark.stress
@parametrize_with_imblearn_checks(SINGLE_GENERATORS)
def test_imblearn_checks_of_single_generators(estimator, check):
    run(check, estimator)


@pytest.mark.parametrize("check", [check_param_validation, check_dataframe_column_names_consistency])
def test_imblearn_checks_missing_from_both_generators(check):
    check("GANOversampler", SAMPLERS[0])


@pytest.mark.parametrize(
    "generate_checks, estimator, fewest",
    [
        (sklearn_checks, SAMPLERS[0], 40),
        (sklearn_checks, CLASSIFIERS[0], 40),
        (sklearn_checks, IMPUTERS[0], 40),
        (imblearn_checks, SAMPLERS[0], 17),
    ],
)
def test_check_generators_yield_at_least_the_expected_number(generate_checks, estimator, fewest):
    assert len(list(generate_checks(estimator))) >= fewest


@pytest.mark.parametrize("skip", [SkipTest, pytest.skip.Exception])
def test_skipped_check_fails(skip):
    def check(estimator):
        raise skip("no reason")

    with pytest.raises(pytest.fail.Exception, match="skipped: no reason"):
        run(check, SAMPLERS[0])
