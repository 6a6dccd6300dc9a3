"""Write the files in `saved`: `python tests/persistence/save_fixture.py`.

All versions with the same format version must load them. Therefore, overwrite them only if `FORMAT_VERSION` is raised.
"""

import runpy
from pathlib import Path

from sklearn_gan import GANOversampler

TABLES = ("mixed", "numbers")


def main():
    folder, fixtures = Path(__file__).parent / "saved", runpy.run_path(str(Path(__file__).parents[1] / "conftest.py"))
    folder.mkdir(exist_ok=True)
    for name in TABLES:
        sampler = GANOversampler(max_steps=60, hidden_layer_sizes=(16,), latent_dim=4, random_state=0)
        sampler.fit_resample(*fixtures[name].__wrapped__())
        sampler.save(folder / f"{name}.safetensors")


if __name__ == "__main__":
    main()
