"""Relations between the columns of a table that synthetic rows keep.

Pass them to the parameter `relations` of :class:`sklearn_gan.GANOversampler`. By default, they are detected.
"""

from sklearn_gan._table import FixedCombinations, Inequality, MissingTogether, OneHot, Relation, Sum

__all__ = ["FixedCombinations", "Inequality", "MissingTogether", "OneHot", "Relation", "Sum"]
