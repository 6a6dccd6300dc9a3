"""Coverage and density of synthetic rows in the neighbourhoods of real rows.

The neighbourhood of a real row is the ball that reaches to its k-th nearest other real row (Naeem et al., "Reliable
fidelity and diversity metrics for generative models", ICML 2020, section 3.2). Both functions take the number of
synthetic rows in each neighbourhood, as a numpy array or a torch Tensor of shape (n_real,).
"""

SMALLEST_COVERAGE = 0.3  # coverage of a class below this value triggers a warning


def coverage(n_inside, counts):
    """Return the share of real rows with a synthetic row in their neighbourhood.

    `counts`, of shape (n_real,), is the number of identical real rows at the centre of each neighbourhood.
    """
    return float(counts[n_inside > 0].sum() / int(counts.sum()))


def density(n_inside, n_neighbors, n_synthetic):
    """Return the mean number of neighbourhoods that contain a synthetic row, divided by `n_neighbors`.

    The expectation is 1 if synthetic and real rows have the same distribution.
    """
    return float(n_inside.sum() / (n_neighbors * n_synthetic))
