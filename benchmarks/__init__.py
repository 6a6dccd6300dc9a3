"""Compare methods for class imbalance by cross-validation: datasets, methods, protocol, statistics and report."""
