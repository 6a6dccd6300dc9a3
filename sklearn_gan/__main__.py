"""Command line of the package: `python -m sklearn_gan`."""

import sys

from sklearn_gan._cli.command import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
