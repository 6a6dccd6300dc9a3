"""Coverage and density: how synthetic rows fill the neighbourhoods of real rows.

The neighbourhood of a real row is the ball that reaches to its k-th nearest other real row (Naeem et al., "Reliable
fidelity and diversity metrics for generative models", ICML 2020, section 3.2). Both functions take the number of
synthetic rows in each neighbourhood, as a numpy array or a torch Tensor of shape (n_real,).
"""

SMALLEST_COVERAGE = 0.3  # a generator that covers less of a class is warned about


def coverage(n_inside, counts):
    """Return the share of real rows whose neighbourhood holds a synthetic row.

    `counts`, of shape (n_real,), says how many equal real rows each neighbourhood stands for.
    """
    return float(counts[n_inside > 0].sum() / int(counts.sum()))


def density(n_inside, n_neighbors, n_synthetic):
    """Return the mean number of neighbourhoods that hold a synthetic row, divided by `n_neighbors`.

    It is 1 in expectation if synthetic rows are distributed as the real ones.
    """
    return float(n_inside.sum() / (n_neighbors * n_synthetic))
