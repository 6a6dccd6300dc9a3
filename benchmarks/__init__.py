"""Cross-validated comparison of ways to mend class imbalance: datasets, methods, protocol, statistics, report."""
