"""Convert the states of random generators to documents and back."""

from hashlib import blake2b

import numpy as np
import torch

WORDS = 2**32
LARGEST_STATE = 2**128 - 1


def torch_to_document(rng):
    """Return the state of a torch.Generator as a document."""
    return {"device": rng.device.type, "state": rng.get_state().cpu().numpy()}


def torch_from_document(fields, device):
    """Return the torch.Generator stored in a document.

    On another type of device, return a new generator seeded with a hash of the state.
    """
    state = fields.array("state", np.uint8, (None,))
    rng = torch.Generator(device)
    if fields.text("device") != rng.device.type:
        # 7 bytes, so that the seed fits into a signed 64-bit integer.
        return rng.manual_seed(int.from_bytes(blake2b(state, digest_size=7).digest(), "little"))
    try:
        return rng.set_state(torch.from_numpy(state))
    except RuntimeError as error:
        fields.refuse("state", "the state of a random generator", error)


def numpy_to_document(rng):
    """Return the state of a numpy.random.Generator with numpy's default bit generator as a document."""
    state = rng.bit_generator.state
    return {name: state["state"][name] for name in ("state", "inc")} | {
        name: state[name] for name in ("has_uint32", "uinteger")
    }


def numpy_from_document(fields):
    """Return the numpy.random.Generator stored in a document."""
    bits = np.random.PCG64(0)
    bits.state = {
        "bit_generator": "PCG64",
        "state": {name: fields.integer(name, 0, LARGEST_STATE) for name in ("state", "inc")},
        "has_uint32": fields.integer("has_uint32", 0, 1),
        "uinteger": fields.integer("uinteger", 0, WORDS - 1),
    }
    return np.random.Generator(bits)


def legacy_to_document(rng):
    """Return the state of a numpy.random.RandomState with numpy's default bit generator as a document."""
    _, words, position, has_gauss, gauss = rng.get_state()
    return {"words": words, "position": position, "has_gauss": has_gauss, "gauss": gauss}


def legacy_from_document(fields):
    """Return the numpy.random.RandomState stored in a document."""
    words = fields.array("words", np.uint32, (624,))
    gauss = fields.get("gauss")
    if type(gauss) is not float:
        fields.refuse("gauss", "a number", gauss)
    rng = np.random.RandomState(0)
    rng.set_state(("MT19937", words, fields.integer("position", 0, 624), fields.integer("has_gauss", 0, 1), gauss))
    return rng
