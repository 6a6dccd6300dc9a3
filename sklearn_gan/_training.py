"""The two-player game as a skorch net, and what every net of this package shares."""

from contextlib import contextmanager, suppress

import torch
from skorch import NeuralNet
from skorch.callbacks import EpochTimer, PassthroughScoring
from torch import Tensor, nn
from torch.nn.functional import one_hot
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from sklearn_gan._callbacks import DiversityGuard, LearningRateDecay, StepCounter
from sklearn_gan._losses import LOSSES, feature_distance, interpolate, squared_gradient_norms
from sklearn_gan._mixing import draw_members
from sklearn_gan._networks import Condition, hidden_features

BETAS = (0.0, 0.99)
AVERAGE_DECAY = 0.999
STEPS_PER_RECORD = 50


class TensorIterator:
    """Batches of rows drawn with replacement, every class as often as any other.

    Iterating gives what the steps of one record of the history need, a list of batches for each, until `max_steps`
    steps were served in all.

    Parameters
    ----------
    matrix : Tensor of shape (n_rows, n_features)
        The encoded real rows.
    codes : Tensor of shape (n_rows,)
        Their classes, as integers from 0.
    batch_size, max_steps : int
        Rows in a batch; steps in all.
    rng : torch.Generator
        Draws classes and rows.
    batches_per_step : int, default=1
        How many batches a step needs.
    augmenter : Augmenter or None, default=None
        Replaces a share of each batch.
    """

    def __init__(self, matrix, codes, batch_size, max_steps, rng, batches_per_step=1, augmenter=None):
        self.batch_size, self.n_left, self.rng = batch_size, max_steps, rng
        self.batches_per_step, self.augmenter = batches_per_step, augmenter
        self.sizes = torch.bincount(codes)
        self.starts = self.sizes.cumsum(0) - self.sizes
        self.matrix = matrix[codes.argsort(stable=True)]

    def __iter__(self):
        n_steps = min(self.n_left, STEPS_PER_RECORD)
        self.n_left -= n_steps
        for _ in range(n_steps):
            yield [self._draw() for _ in range(self.batches_per_step)]

    def _draw(self):
        shape, device = (self.batch_size,), self.matrix.device
        codes = torch.randint(len(self.sizes), shape, generator=self.rng, device=device)
        rows = self.matrix[draw_members(codes, self.starts, self.sizes, self.rng)]
        return (rows if self.augmenter is None else self.augmenter.replace_some(rows, codes)), codes


class TableNet(NeuralNet):
    """A skorch net that learns the encoded rows of a table, a batch a step, and draws rows like them.

    A subclass makes its networks in `initialize_module`, with whose weights it names the optimizers in
    `optimizers`, and makes a step in `train_step`. The setting follows Huang et al., "The GAN is dead; long live the
    GAN!", NeurIPS 2024: Adam without momentum, and a moving average of the weights.

    Parameters
    ----------
    module : object
        Makes what is trained.
    layout : Layout
        What the features of the matrix are.
    latent_dim : int
        Size of the noise, or of the code.
    hidden_layer_sizes : tuple of int
        Widths of the hidden layers, the same for all networks.
    max_steps : int
        How many steps are made.
    rng : torch.Generator
        Everything random comes from it; it lives on the net's device.
    **kwargs
        Parameters of :class:`skorch.NeuralNet`.

    Attributes
    ----------
    averaged_ : torch.optim.swa_utils.AveragedModel
        The moving average of `module_`, which rows are drawn with.
    history_ : skorch.history.History
        One record for every `STEPS_PER_RECORD` steps: `step`, the losses in `loss_names`, `dur` in seconds.
    """

    loss_names: tuple

    def __init__(self, module, *, layout, latent_dim, hidden_layer_sizes, max_steps, rng, **kwargs):
        self.layout = layout
        self.latent_dim = latent_dim
        self.hidden_layer_sizes = hidden_layer_sizes
        self.max_steps = max_steps
        self.rng = rng
        settings = {"optimizer": torch.optim.Adam, "optimizer__betas": BETAS, "optimizer__fused": True}
        n_records = -(-max_steps // STEPS_PER_RECORD)
        super().__init__(module, max_epochs=n_records, train_split=None, **(settings | kwargs))

    @property
    def _default_callbacks(self):
        return [
            ("epoch_timer", EpochTimer()),
            ("step", StepCounter()),
            ("learning_rate", LearningRateDecay()),
            *((name, PassthroughScoring(name, on_train=True)) for name in self.loss_names),
        ]

    def _draw_seed(self):
        """Draw a seed, so that weights are the same on every device and share no noise with the rows."""
        return torch.randint(2**62, (), generator=self.rng, device=self.rng.device).item()

    def _average(self):
        """Return a moving average of `module_`."""
        return AveragedModel(self.module_, multi_avg_fn=average)

    def _make_optimizer(self, network):
        _, kwargs = self.get_params_for_optimizer("optimizer", network.named_parameters())
        return self.optimizer(list(network.parameters()), **kwargs)

    def get_iterator(self, dataset, training=False):
        """Return batches of tensors instead of a loader of single rows."""
        matrix, codes = (torch.as_tensor(part).to(self.device) for part in (dataset.X, dataset.y))
        return self._iterate(matrix, codes, self.batch_size, self.max_steps, self.rng)

    def _iterate(self, *args):
        return TensorIterator(*args)

    def is_finite(self) -> bool:
        """Tell whether all weights are finite: those that rows are drawn with, and those that training ended with."""
        networks = (self.module_, self.averaged_)
        return all(parameter.isfinite().all() for network in networks for parameter in network.parameters())

    def partial_fit(self, X, y=None, classes=None, **fit_params):
        """Train; unlike in skorch an interruption reaches the caller, so that no half-trained net is used."""
        if not self.initialized_:
            self.initialize()
        self.notify("on_train_begin", X=X, y=y)
        try:
            with suppress(_StoppedByCallback):
                self.fit_loop(X, y, **fit_params)
        finally:
            self.notify("on_train_end", X=X, y=y)
        return self

    def notify(self, method_name, **cb_kwargs):
        """Call the callbacks; at the end of a record a KeyboardInterrupt of theirs asks to stop, as in skorch."""
        if method_name != "on_epoch_end":
            return super().notify(method_name, **cb_kwargs)
        try:
            super().notify(method_name, **cb_kwargs)
        except KeyboardInterrupt as stop:
            raise _StoppedByCallback from stop


class ConditionalNet(TableNet):
    """A net that draws rows of the classes that it is asked for.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    mixer : RowMixer
        Draws the real rows, or mixtures of them, that generated rows are made from.
    **kwargs
        Parameters of :class:`TableNet`.
    """

    def __init__(self, module, *, n_classes, mixer, **kwargs):
        self.n_classes = n_classes
        self.mixer = mixer
        super().__init__(module, **kwargs)

    def one_hot(self, codes: Tensor) -> Tensor:
        """Return labels, of shape (n_rows, n_classes)."""
        return one_hot(codes, self.n_classes).float()

    def draw(self, codes: Tensor) -> Tensor:
        """Return one generated row for each class in `codes`, of shape (n_rows, n_features)."""
        raise NotImplementedError


class ConditionalGAN(ConditionalNet):
    """One or more conditional generative adversarial networks, trained side by side.

    Each generator plays against a discriminator of its own. A step makes one or more updates of the discriminators,
    each with a batch of its own, and then one of the generators, with the last of these batches. A random generator
    draws each row.

    Parameters
    ----------
    module : tuple of callable
        The makers of the generators, from `sklearn_gan._networks.make_generators`.
    discriminator : callable
        The maker of each discriminator, from `sklearn_gan._networks.make_discriminator`.
    gradient_penalty : float or None
        Weight of the discriminators' gradient penalty; None takes the loss's own.
    feature_matching : float
        Weight of the distance of the discriminators' hidden features in the generators' loss.
    reconstruction : float
        Weight of the reconstruction error in the loss of generators that reconstruct.
    augmenter : Augmenter or None
        Replaces a share of each batch of real rows.
    **kwargs
        Parameters of :class:`ConditionalNet`; `criterion` is a name in `LOSSES`.

    Attributes
    ----------
    module_, discriminator_ : torch.nn.ModuleList
        The generators, and the discriminator of each.
    optimizer_, discriminator_optimizer_ : torch.optim.Adam
        The generators' and the discriminators' optimizer.
    kept_steps_, coverages_ : list
        Of each generator, the step after which its weights were kept and the coverage there. They are not set if
        no class has rows enough to tell.
    """

    loss_names = ("generator_loss", "discriminator_loss")

    def __init__(
        self, module, *, discriminator, gradient_penalty, feature_matching, reconstruction, augmenter, **kwargs
    ):
        self.discriminator = discriminator
        self.gradient_penalty = gradient_penalty
        self.feature_matching = feature_matching
        self.reconstruction = reconstruction
        self.augmenter = augmenter
        super().__init__(module, **kwargs)

    @property
    def _default_callbacks(self):
        return [*super()._default_callbacks, ("diversity", DiversityGuard())]

    def initialize_module(self):
        """Make the players, and the average of the generators."""
        sizes = (self.layout, self.n_classes)
        on_cpu = torch.Generator().manual_seed(self._draw_seed())
        generators = [make(*sizes, self.latent_dim, self.hidden_layer_sizes, on_cpu) for make in self.module]
        self.module_ = nn.ModuleList(generators)
        self.discriminator_ = nn.ModuleList(
            [self.discriminator(*sizes, self.hidden_layer_sizes, on_cpu) for _ in generators]
        )
        self.averaged_ = self._average()
        return self

    def initialize_criterion(self):
        """Look the adversarial loss up."""
        self.criterion_ = LOSSES[self.criterion]
        self.penalty_weight_ = self.criterion_.weight if self.gradient_penalty is None else self.gradient_penalty
        return self

    def initialize_optimizer(self):
        """Give the players of each side an optimizer."""
        self.optimizer_ = self._make_optimizer(self.module_)
        self.discriminator_optimizer_ = self._make_optimizer(self.discriminator_)
        return self

    def optimizers(self):
        """Return the optimizers of both sides."""
        return self.optimizer_, self.discriminator_optimizer_

    def _iterate(self, *args):
        return TensorIterator(*args, self.criterion_.critic_steps, self.augmenter)

    def train_step(self, batches, **fit_params):
        """Make a step of the discriminators for each batch, then one of the generators; record their mean losses."""
        for rows, codes in batches:
            discriminator_loss = self._step_discriminators(rows, codes)
        generator_loss = self._step_generators(rows, codes)
        self.averaged_.update_parameters(self.module_)
        self.history.record_batch("discriminator_loss", discriminator_loss.item())
        self.history.record_batch("generator_loss", generator_loss.item())
        return {"loss": generator_loss}

    def _step_discriminators(self, rows, codes):
        losses, penalties = [], []
        for generator, discriminator in zip(self.module_, self.discriminator_, strict=True):
            condition = self._draw_condition(codes, self.rng)
            with torch.no_grad():
                fake = generator(condition)
            both, labels = torch.cat((rows, fake)).requires_grad_(), condition.labels.repeat(2, 1)
            logits = discriminator(both, labels)
            losses.append(self.criterion_.players(*logits.chunk(2))[0])
            penalties.append(self._penalty(discriminator, both, labels, logits))
        descend(self.discriminator_optimizer_, sum(losses) + sum(penalties))
        return torch.stack(losses).detach().mean()

    def _penalty(self, discriminator, rows, labels, logits):
        if not self.penalty_weight_:
            return 0.0
        if self.criterion_.between:
            uniform = torch.rand((len(rows) // 2, 1), generator=self.rng, dtype=rows.dtype, device=rows.device)
            rows = interpolate(*rows.detach().chunk(2), uniform).requires_grad_()
            logits = discriminator(rows, labels.chunk(2)[0])
        return self.penalty_weight_ * self.criterion_.penalty(squared_gradient_norms(logits, rows))

    def _step_generators(self, rows, codes):
        losses = [
            self._generator_loss(*players, rows, self._draw_condition(codes, self.rng))
            for players in zip(self.module_, self.discriminator_, strict=True)
        ]
        descend(self.optimizer_, sum(losses))
        return torch.stack(losses).detach().mean()

    def _generator_loss(self, generator, discriminator, rows, condition):
        values = generator.values(condition)
        fake = generator.rows_of(values, condition)
        with torch.no_grad():
            real_logits, real_features = self._judge(discriminator, rows, condition.labels)
        fake_logits, fake_features = self._judge(discriminator, fake, condition.labels)
        loss = self.criterion_.players(real_logits, fake_logits)[1]
        if self.feature_matching:
            loss = loss + self.feature_matching * feature_distance(real_features, fake_features)
        if generator.reconstructs:
            loss = loss + self.reconstruction * generator.head.reconstruction_error(values, condition.mixtures)
        return loss

    def _judge(self, discriminator, rows, labels):
        """Return logits, and the hidden features if they are to be matched."""
        if self.feature_matching:
            return hidden_features(discriminator, rows, labels)
        return discriminator(rows, labels), []

    def _draw_condition(self, codes, rng):
        """Draw what the generator is told about rows of the classes `codes`."""
        n_rows, layout = len(codes), self.layout
        latent, exponential = (
            torch.empty((n_rows, width), dtype=torch.float32, device=codes.device)
            for width in (self.latent_dim, sum(layout.block_widths))
        )
        return Condition(
            labels=self.one_hot(codes),
            mixtures=self.mixer.draw(codes, rng).rows,
            latent=latent.normal_(generator=rng),
            gumbel=-torch.log(exponential.exponential_(generator=rng)),
        )

    def draw(self, codes: Tensor) -> Tensor:
        """Return one generated row for each class in `codes`, of shape (n_rows, n_features)."""
        n_generators = len(self.averaged_.module)
        drawn_by = torch.randint(n_generators, codes.shape, generator=self.rng, device=codes.device)
        rows = torch.empty((len(codes), self.layout.n_features), dtype=torch.float32, device=codes.device)
        for position in range(n_generators):
            rows[drawn_by == position] = self.draw_from(position, codes[drawn_by == position], self.rng)
        return rows

    def draw_from(self, position: int, codes: Tensor, rng: torch.Generator) -> Tensor:
        """Return rows of the classes `codes`, drawn by one of the generators."""
        generator = self.averaged_.module[position].eval()
        with torch.no_grad():
            return generator(self._draw_condition(codes, rng))


class _StoppedByCallback(Exception):
    """A callback asked to end training."""


@contextmanager
def own_torch_settings():
    """Compute alike whatever the caller has set, and leave that as it was.

    One thread is fastest for small networks, and gives the same bits everywhere.
    """
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        torch.set_num_threads(n_threads)


def descend(optimizer, loss):
    """Make one step down the gradient of `loss`, in the optimizer's own parameters alone."""
    optimizer.zero_grad()
    loss.backward(inputs=optimizer.param_groups[0]["params"])
    optimizer.step()


def average(averages, parameters, n_averaged):
    """Move the averages towards the parameters: by much at first, by 1 - AVERAGE_DECAY in the end."""
    decay = min(AVERAGE_DECAY, (1 + int(n_averaged)) / (10 + int(n_averaged)))
    get_ema_multi_avg_fn(decay)(averages, parameters, n_averaged)
