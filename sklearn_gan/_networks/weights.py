"""Weights of a network as a document, and back."""

import numpy as np
import torch
from torch import nn


def weights_to_document(module: nn.Module):
    """Return the weights as a document."""
    return {name: weights.cpu().numpy() for name, weights in module.state_dict().items()}


def load_weights(module: nn.Module, fields):
    """Load the weights of a document into a module made without weights; refuse other names or shapes."""
    shapes = {name: tuple(weights.shape) for name, weights in module.state_dict().items()}
    if set(shapes) != set(fields.names()):
        fields.refuse("", f"the weights {list(shapes)}", fields.names())
    weights = {name: torch.from_numpy(fields.finite(name, np.float32, shape)) for name, shape in shapes.items()}
    module.load_state_dict(weights, assign=True)
