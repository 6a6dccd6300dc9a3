"""The torch device to compute on."""

import re

import torch


def choose_device(name):
    """Return the device that is called so; of "auto", the accelerator if there is one."""
    if name == "auto":
        return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    if not isinstance(name, str | torch.device):
        raise ValueError(f'Expected `device` to be a string, "auto" or the name of a device, got {name!r}. Pass "cpu".')
    try:
        torch.Generator(name)  # says whether the device is there, too
        return torch.device(name)
    except (AssertionError, NotImplementedError, RuntimeError) as error:  # backends differ in what they raise
        why = re.split(r"\.\s|\n", str(error))[0].rstrip(".")  # what follows the first sentence can be an essay
        raise ValueError(
            f'Expected `device` to be "auto" or a device that this torch can use, got {name!r}: {why}. '
            'Pass "cpu", which is always there.'
        ) from error
