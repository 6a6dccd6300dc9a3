"""Fixtures for tests of process-wide state."""

import pytest
import torch
from threadpoolctl import threadpool_limits


@pytest.fixture
def two_threads():
    """Use two threads in torch and OpenMP, so that tests notice if the number is not restored."""
    before = torch.get_num_threads()
    with threadpool_limits(2, user_api="openmp"):
        torch.set_num_threads(2)
        yield
        torch.set_num_threads(before)
