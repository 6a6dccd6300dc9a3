"""The two-player game as a skorch net."""

from contextlib import contextmanager, suppress

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback, EpochTimer, PassthroughScoring
from torch import Tensor, nn
from torch.nn.functional import one_hot
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm.auto import tqdm

from sklearn_gan._losses import LOSSES, squared_gradient_norms
from sklearn_gan._mixing import draw_members
from sklearn_gan._networks import Condition, Discriminator

BETAS = (0.0, 0.99)
AVERAGE_DECAY = 0.999
STEPS_PER_RECORD = 50


class TensorIterator:
    """Batches of rows drawn with replacement, every class as often as any other.

    Iterating gives the batches of one record of the history, until `max_steps` batches were given in all.

    Parameters
    ----------
    matrix : Tensor of shape (n_rows, n_features)
        The encoded real rows.
    codes : Tensor of shape (n_rows,)
        Their classes, as integers from 0.
    batch_size, max_steps : int
        Rows in a batch; batches in all.
    rng : torch.Generator
        Draws classes and rows.
    """

    def __init__(self, matrix, codes, batch_size, max_steps, rng):
        self.batch_size, self.n_left, self.rng = batch_size, max_steps, rng
        self.sizes = torch.bincount(codes)
        self.starts = self.sizes.cumsum(0) - self.sizes
        self.matrix = matrix[codes.argsort(stable=True)]

    def __iter__(self):
        n_batches = min(self.n_left, STEPS_PER_RECORD)
        self.n_left -= n_batches
        for _ in range(n_batches):
            yield self._draw()

    def _draw(self):
        shape, device = (self.batch_size,), self.matrix.device
        codes = torch.randint(len(self.sizes), shape, generator=self.rng, device=device)
        return self.matrix[draw_members(codes, self.starts, self.sizes, self.rng)], codes


class ConditionalGAN(NeuralNet):
    """One or more conditional generative adversarial networks, trained side by side.

    Each generator plays against a discriminator of its own. A batch makes one step of the discriminators and
    one of the generators. The loss of a discriminator has the penalty γ/2 (R1 + R2); an exponential moving
    average of the generators' weights is what is sampled from, a random generator for each row. Setting and
    defaults follow Huang et al., "The GAN is dead; long live the GAN!", NeurIPS 2024.

    Parameters
    ----------
    module : tuple of type
        The generators' classes, from `sklearn_gan._networks.GENERATORS`.
    layout : Layout
        What the features of the matrix are.
    n_classes : int
        Number of classes.
    mixer : RowMixer
        Draws the mixtures of real rows that the generator is conditioned on.
    latent_dim : int
        Size of the noise.
    hidden_layer_sizes : tuple of int
        Widths of the hidden layers, the same for both players.
    penalty : float
        γ.
    max_steps : int
        How many steps each player makes.
    rng : torch.Generator
        Everything random comes from it; it lives on the net's device.
    **kwargs
        Parameters of :class:`skorch.NeuralNet`; `criterion` is a name in `LOSSES`.

    Attributes
    ----------
    module_, discriminator_ : torch.nn.ModuleList
        The generators, and the discriminator of each.
    averaged_ : torch.optim.swa_utils.AveragedModel
        The moving average of the generators.
    optimizer_, discriminator_optimizer_ : torch.optim.Adam
        The generators' and the discriminators' optimizer.
    history_ : skorch.history.History
        One record for every `STEPS_PER_RECORD` steps: `step`, `generator_loss`, `discriminator_loss`, `dur`.
    """

    def __init__(
        self,
        module,
        *,
        layout,
        n_classes,
        mixer,
        latent_dim,
        hidden_layer_sizes,
        penalty,
        max_steps,
        rng,
        **kwargs,
    ):
        self.layout = layout
        self.n_classes = n_classes
        self.mixer = mixer
        self.latent_dim = latent_dim
        self.hidden_layer_sizes = hidden_layer_sizes
        self.penalty = penalty
        self.max_steps = max_steps
        self.rng = rng
        super().__init__(
            module,
            max_epochs=-(-max_steps // STEPS_PER_RECORD),
            optimizer=torch.optim.Adam,
            optimizer__betas=BETAS,
            optimizer__fused=True,
            train_split=None,
            **kwargs,
        )

    @property
    def _default_callbacks(self):
        return [
            ("epoch_timer", EpochTimer()),
            ("step", StepCounter()),
            ("learning_rate", LearningRateDecay()),
            ("generator_loss", PassthroughScoring("generator_loss", on_train=True)),
            ("discriminator_loss", PassthroughScoring("discriminator_loss", on_train=True)),
        ]

    def initialize_module(self):
        """Make the players, and the average of the generators."""
        sizes = (self.layout, self.n_classes)
        on_cpu = torch.Generator().manual_seed(self._draw_seed())
        generators = [make(*sizes, self.latent_dim, self.hidden_layer_sizes, on_cpu) for make in self.module]
        self.module_ = nn.ModuleList(generators)
        self.discriminator_ = nn.ModuleList(
            [Discriminator(*sizes, self.hidden_layer_sizes, on_cpu) for _ in generators]
        )
        self.averaged_ = AveragedModel(self.module_, multi_avg_fn=_average)
        return self

    def _draw_seed(self):
        """Draw a seed, so that weights are the same on every device and share no noise with the rows."""
        return torch.randint(2**62, (), generator=self.rng, device=self.rng.device).item()

    def initialize_criterion(self):
        """Look the adversarial loss up."""
        self.criterion_ = LOSSES[self.criterion]
        return self

    def initialize_optimizer(self):
        """Give the players of each side an optimizer."""
        for name, player in (("optimizer", self.module_), ("discriminator_optimizer", self.discriminator_)):
            _, kwargs = self.get_params_for_optimizer("optimizer", player.named_parameters())
            setattr(self, name + "_", self.optimizer(list(player.parameters()), **kwargs))
        return self

    def get_iterator(self, dataset, training=False):
        """Return batches of tensors instead of a loader of single rows."""
        matrix, codes = (torch.as_tensor(part).to(self.device) for part in (dataset.X, dataset.y))
        return TensorIterator(matrix, codes, self.batch_size, self.max_steps, self.rng)

    def train_step(self, batch, **fit_params):
        """Make one step of the discriminators, then one of the generators; return their mean losses."""
        rows, codes = batch
        discriminator_loss = self._step_discriminators(rows, codes)
        generator_loss = self._step_generators(rows, codes)
        self.averaged_.update_parameters(self.module_)
        self.history.record_batch("discriminator_loss", discriminator_loss.item())
        self.history.record_batch("generator_loss", generator_loss.item())
        return {"loss": generator_loss}

    def _step_discriminators(self, rows, codes):
        losses, penalties = [], []
        for generator, discriminator in zip(self.module_, self.discriminator_, strict=True):
            condition = self._draw_condition(codes)
            with torch.no_grad():
                fake = generator(condition)
            both = torch.cat((rows, fake)).requires_grad_()
            logits = discriminator(both, condition.labels.repeat(2, 1))
            losses.append(self.criterion_.discriminator(*logits.chunk(2)))
            # The mean over both halves, times γ, is γ/2 (R1 + R2).
            penalties.append(self.penalty * squared_gradient_norms(logits, both).mean())
        _descend(self.discriminator_optimizer_, sum(losses) + sum(penalties))
        return torch.stack(losses).detach().mean()

    def _step_generators(self, rows, codes):
        losses = []
        for generator, discriminator in zip(self.module_, self.discriminator_, strict=True):
            condition = self._draw_condition(codes)
            with torch.no_grad():
                real_logits = discriminator(rows, condition.labels)
            fake_logits = discriminator(generator(condition), condition.labels)
            losses.append(self.criterion_.generator(real_logits, fake_logits))
        _descend(self.optimizer_, sum(losses))
        return torch.stack(losses).detach().mean()

    def _draw_condition(self, codes):
        """Draw what the generator is told about rows of the classes `codes`."""
        n_rows, layout = len(codes), self.layout
        latent, exponential = (
            torch.empty((n_rows, width), dtype=torch.float32, device=codes.device)
            for width in (self.latent_dim, sum(layout.block_widths))
        )
        return Condition(
            labels=one_hot(codes, self.n_classes).float(),
            mixtures=self.mixer.draw(codes, self.rng).rows,
            latent=latent.normal_(generator=self.rng),
            gumbel=-torch.log(exponential.exponential_(generator=self.rng)),
        )

    def draw(self, codes: Tensor) -> Tensor:
        """Return one generated row for each class in `codes`, of shape (n_rows, n_features)."""
        generators = self.averaged_.module.eval()
        drawn_by = torch.randint(len(generators), codes.shape, generator=self.rng, device=codes.device)
        rows = torch.empty((len(codes), self.layout.n_features), dtype=torch.float32, device=codes.device)
        with torch.no_grad():
            for i, generator in enumerate(generators):
                rows[drawn_by == i] = generator(self._draw_condition(codes[drawn_by == i]))
        return rows

    def is_finite(self) -> bool:
        """Tell whether all weights that rows are drawn with are finite."""
        return all(parameter.isfinite().all() for parameter in self.averaged_.parameters())

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


class _StoppedByCallback(Exception):
    """A callback asked to end training."""


class StepCounter(Callback):
    """Write the number of steps made so far into each record of the history."""

    def on_epoch_end(self, net, **kwargs):
        """Record the sum of this record's batches and the last record's steps."""
        before = net.history[-2, "step"] if len(net.history) > 1 else 0
        net.history.record("step", before + len(net.history[-1, "batches"]))


class LearningRateDecay(Callback):
    """Keep the learning rate of both players for half of the steps, then lower it linearly to almost 0."""

    def on_epoch_begin(self, net, **kwargs):
        """Set the learning rate of the next record."""
        done = (len(net.history) - 1) / net.max_epochs
        for optimizer in (net.optimizer_, net.discriminator_optimizer_):
            for group in optimizer.param_groups:
                group["lr"] = net.lr * min(1, 2 * (1 - done))


class ProgressBar(Callback):
    """Show steps, both losses and the time left."""

    def on_train_begin(self, net, **kwargs):
        """Open the bar."""
        self.bar_ = tqdm(total=net.max_steps, unit="step", desc="GANOversampler")

    def on_batch_end(self, net, **kwargs):
        """Advance by a step."""
        self.bar_.update()

    def on_epoch_end(self, net, **kwargs):
        """Show the losses of the last record."""
        losses = {name: f"{net.history[-1, name + '_loss']:.3f}" for name in ("generator", "discriminator")}
        self.bar_.set_postfix(losses)

    def on_train_end(self, net, **kwargs):
        """Close the bar."""
        self.bar_.close()


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


def _descend(optimizer, loss):
    """Make one step down the gradient of `loss`, in the optimizer's own parameters alone."""
    optimizer.zero_grad()
    loss.backward(inputs=optimizer.param_groups[0]["params"])
    optimizer.step()


def _average(averages, parameters, n_averaged):
    """Move the averages towards the parameters: by much at first, by 1 - AVERAGE_DECAY in the end."""
    decay = min(AVERAGE_DECAY, (1 + int(n_averaged)) / (10 + int(n_averaged)))
    get_ema_multi_avg_fn(decay)(averages, parameters, n_averaged)
