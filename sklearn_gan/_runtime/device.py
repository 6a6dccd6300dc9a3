"""Choose the torch device to compute on."""

import re

import torch


def choose_device(name):
    """Return the device with the given name. "auto" selects the accelerator if there is one, else the CPU."""
    if name == "auto":
        is_available = torch.accelerator.is_available()
        return torch.accelerator.current_accelerator() if is_available else torch.device("cpu")
    if not isinstance(name, str | torch.device):
        raise ValueError(f'Expected `device` to be "auto" or the name of a torch device, got {name!r}. Pass "cpu".')
    try:
        torch.Generator(name)  # raises if the device is not available
        return torch.device(name)
    except (AssertionError, NotImplementedError, RuntimeError) as error:  # the error type depends on the backend
        reason = re.split(r"\.\s|\n", str(error))[0].rstrip(".")  # only the first sentence; the rest can be very long
        raise ValueError(
            f'Expected `device` to be "auto" or a device available to torch, got {name!r}: {reason}. '
            'Pass "cpu", which is always available.'
        ) from error
