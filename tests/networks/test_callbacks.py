"""The progress bar of training."""


def test_progress_bar_shows_the_losses_of_each_mode(make_sampler, numbers, capsys):
    for mode, name in (("gan", "discriminator_loss="), ("autoencoder", "reconstruction_error=")):
        make_sampler(mode=mode, verbose=1, max_steps=60).fit(*numbers)
        assert name in capsys.readouterr().err
