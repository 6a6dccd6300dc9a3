"""The short form of the soak: what a process holds does not grow with the fits that it has done."""

from stress import soak


def test_fits_leave_no_threads_files_samplers_or_modules_behind():
    smallest = sorted(range(soak.N_TABLES), key=lambda number: len(soak.make_table(number)[1]))[:6]
    first, _, last = soak.run(3, smallest)
    assert last.threads <= first.threads and last.files <= first.files
    assert last.samplers <= first.samplers and last.modules <= first.modules


def test_the_soak_has_tables_of_every_container_and_fits_of_every_variant():
    pairs = {(number % len(soak.CONTAINERS), number % len(soak.VARIANTS)) for number in range(soak.N_TABLES)}
    assert len(pairs) == len(soak.CONTAINERS) * len(soak.VARIANTS)


def test_what_is_kept_is_seen():
    kept = soak.held()
    sampler = soak.GANOversampler(**soak.QUICK, n_candidates=1).fit(*soak.make_table(6))
    assert soak.held().samplers == kept.samplers + 1 and soak.held().modules > kept.modules
    del sampler
