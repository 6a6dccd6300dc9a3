"""Conditional GAN as a skorch net."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from sklearn_gan._networks.autograd import as_leaf
from sklearn_gan._networks.coverage import Checkpoint, CoverageMonitor
from sklearn_gan._networks.discriminators import hidden_features
from sklearn_gan._networks.generators import Condition
from sklearn_gan._networks.losses import LOSSES, feature_distance, interpolate
from sklearn_gan._networks.mixtures import RowsWithParents
from sklearn_gan._networks.mlp import Pass
from sklearn_gan._networks.registry import GENERATORS
from sklearn_gan._networks.trainer import ADVERSARIAL_NETWORKS, ConditionalNet, TensorIterator, descend


class ConditionalGAN(ConditionalNet):
    """One or more conditional generative adversarial networks, trained side by side.

    Each generator has its own discriminator. A training step updates the discriminators one or more times, each time
    on a new batch. Then it updates the generators once, on the last of these batches. Each row is sampled from a
    generator chosen at random.

    Both updates on a batch use the same generated rows.

    Parameters
    ----------
    module : tuple of callable
        The makers of the generators, from `make_generators`.
    discriminator : callable
        The maker of each discriminator, from `make_discriminator`.
    gradient_penalty : float or None
        Weight of the gradient penalty on the discriminators; None takes the default of the loss.
    feature_matching : float
        Weight, in the generators' loss, of the distance between the discriminators' hidden features.
    reconstruction : float
        Weight of the reconstruction error in the loss of generators with `reconstructs`.
    augmenter : Augmenter or None
        Replaces a share of each batch of real rows.
    **kwargs
        Parameters of :class:`ConditionalNet`; `criterion` is a name in `LOSSES`.

    Attributes
    ----------
    module_, discriminator_ : torch.nn.ModuleList
        The generators, and the discriminator of each.
    optimizer_, discriminator_optimizer_ : torch.optim.Adam
        The optimizers of the generators and of the discriminators.
    kept_ : list of Checkpoint
        The checkpoint selected for each generator, without weights. Empty if no class has enough rows to monitor.
    """

    loss_names = ("generator_loss", "discriminator_loss")
    optimized = ADVERSARIAL_NETWORKS

    def __init__(
        self, module, *, discriminator, gradient_penalty, feature_matching, reconstruction, augmenter, **kwargs
    ):
        self.discriminator = discriminator
        self.gradient_penalty = gradient_penalty
        self.feature_matching = feature_matching
        self.reconstruction = reconstruction
        self.augmenter = augmenter
        super().__init__(module, **kwargs)

    def initialize_module(self):
        """Create the generators, the discriminators and the moving average of the generators."""
        sizes = (self.layout, self.n_classes)
        cpu_rng = self._make_cpu_rng()
        self.module_ = self.make_module(cpu_rng)
        self.discriminator_ = nn.ModuleList(
            [self.discriminator(*sizes, self.hidden_layer_sizes, cpu_rng) for _ in self.module_]
        )
        self.averaged_ = self._average()
        return self

    def make_module(self, rng):
        """Return the generators; if `rng` is None, without weights."""
        sizes = (self.layout, self.n_classes, self.latent_dim, self.hidden_layer_sizes)
        return nn.ModuleList([make(*sizes, rng) for make in self.module])

    def to_document(self):
        """Return the sampling state and the training history as a document."""
        kinds = {generator: name for name, (generator, *others) in GENERATORS.items() if not others}
        return super().to_document() | {
            "generators": [kinds[generator] for generator in self.module],
            "kept": [checkpoint.to_document() for checkpoint in self.kept_],
        }

    def restore(self, fields):
        """Load weights and history from a document; without discriminators, training cannot continue."""
        self.kept_ = [Checkpoint.from_document(kept, self.n_classes) for kept in fields.each("kept")]
        return super().restore(fields)

    def initialize_criterion(self):
        """Look up the adversarial loss and the weight of its penalty."""
        self.criterion_ = LOSSES[self.criterion]
        self.penalty_weight_ = self.criterion_.weight if self.gradient_penalty is None else self.gradient_penalty
        return self

    def partial_fit(self, X, y=None, classes=None, **fit_params):
        """Train with a coverage monitor, and load the last checkpoints that it kept."""
        self._monitor = CoverageMonitor(X, y, len(self.module), self.rng)
        super().partial_fit(X, y, classes, **fit_params)
        self.kept_ = self._monitor.restore(self.averaged_.module)
        del self._monitor  # it holds real rows
        return self

    def run_single_epoch(self, iterator, training, **kwargs):
        """Run the steps of a record, then measure coverage."""
        super().run_single_epoch(iterator, training=training, **kwargs)
        # Not in a callback: there, a KeyboardInterrupt may stand for a request to stop training.
        if training:
            self._monitor.record(self)

    def _iterate(self, *args):
        return TensorIterator(*args, self.criterion_.critic_steps, self.augmenter, self._draw_condition)

    def train_step(self, batches, **fit_params):
        """Update the discriminators on each batch, then the generators on the last one.

        The losses of the last updates are recorded without penalties, averaged over pairs of generator and
        discriminator.
        """
        for rows, _, condition in batches:
            generated = [generator.generate(condition) for generator in self.module_]
            discriminator_loss = self._step_discriminators(rows, generated, condition)
        generator_loss = self._step_generators(rows, generated, condition)
        self.averaged_.update_parameters()
        self.history.record_batch("discriminator_loss", discriminator_loss.item())
        self.history.record_batch("generator_loss", generator_loss.item())
        return {"loss": generator_loss}

    def _step_discriminators(self, rows, generated, condition):
        pairs = zip(self.discriminator_, generated, strict=True)
        judged = [
            self._judge(discriminator, rows, fake.rows.detach(), condition.labels) for discriminator, fake in pairs
        ]
        logits, norms, backwards = zip(*judged, strict=True)
        loss, _ = self.criterion_.losses(*torch.stack(logits).chunk(2, dim=1))
        penalty = self.penalty_weight_ * self.criterion_.penalty(torch.stack(norms)) if self.penalty_weight_ else 0.0
        objective = (loss + penalty) * len(logits)  # the sum over pairs
        descend(self.discriminator_optimizer_, objective, backwards)
        return loss.detach()

    def _judge(self, discriminator, rows, fake, labels):
        """Return the logits of real and generated rows, the squared gradient norms for the penalty, and `backward`.

        Logits and norms are leaves of automatic differentiation. When the loss has set their gradients, `backward()`
        adds to those of the discriminator.
        """
        both, twice = torch.cat((rows, fake)), labels.repeat(2, 1)  # one pass for real and generated rows
        if self.penalty_weight_ and not self.criterion_.between:
            outputs, backward = discriminator.judge_with_norms(both, twice)
            logits, norms = map(as_leaf, outputs)
            return logits, norms, lambda: backward(logits.grad, norms.grad)
        output, backward = discriminator.judge(both, twice)
        logits = as_leaf(output)
        if not self.penalty_weight_:
            return logits, None, lambda: backward(logits.grad)
        norms, backward_of_norms = self._judge_between(discriminator, rows, fake, labels)
        return logits, norms, lambda: (backward(logits.grad), backward_of_norms())

    def _judge_between(self, discriminator, rows, fake, labels):
        """Return the squared gradient norms between real and generated rows, and `backward`."""
        uniform = torch.rand((len(rows), 1), generator=self.rng, dtype=rows.dtype, device=rows.device)
        (logits, norms), backward = discriminator.judge_with_norms(interpolate(rows, fake, uniform), labels)
        norms = as_leaf(norms)
        return norms, lambda: backward(torch.zeros_like(logits), norms.grad)

    def _step_generators(self, rows, generated, condition):
        players = zip(self.module_, self.discriminator_, generated, strict=True)
        real, fake, others, backwards = zip(
            *(self._compare(*player, rows, condition) for player in players), strict=True
        )
        loss = self.criterion_.losses(torch.stack(real), torch.stack(fake))[1] + sum(others) / len(others)
        descend(self.optimizer_, loss * len(others), backwards)  # the sum over pairs
        return loss.detach()

    def _compare(self, generator, discriminator, generated, rows, condition):
        """Return the logits of real rows, those of generated rows, the other parts of the loss, and `backward`.

        When the loss has set the gradients of its leaves, `backward()` adds to those of the generator.
        """
        others = 0.0
        with torch.no_grad():
            real_logits, *real_features = self._discriminate(discriminator, rows, condition.labels).output
        outputs, backward = self._discriminate(discriminator, generated.rows.detach(), condition.labels)
        fake_logits, *fake_features = leaves = [as_leaf(output) for output in outputs]
        if self.feature_matching:
            others = others + self.feature_matching * feature_distance(real_features, fake_features)
        if generator.reconstructs:
            error = generator.head.reconstruction_error(generated.values, condition.mixtures.rows)
            others = others + self.reconstruction * error
        return real_logits, fake_logits, others, lambda: generated.backward(backward(*(leaf.grad for leaf in leaves)))

    def _discriminate(self, discriminator, rows, labels):
        """Return the logits and, for feature matching, the hidden features."""
        if self.feature_matching:
            return hidden_features(discriminator, rows, labels)
        logits, backward = discriminator.logits(rows, labels)
        return Pass([logits], backward)

    def _draw_condition(self, codes, rng, strata=None, by_inversion=False):
        """Draw the input of a generator for rows of the classes `codes`."""
        widths = self.layout.block_widths
        latent, noise = (
            torch.empty((len(codes), width), dtype=torch.float32, device=codes.device)
            for width in (self.latent_dim, len(widths) if by_inversion else sum(widths))
        )
        condition = Condition(
            labels=self.one_hot(codes),
            mixtures=self.mixer.draw(codes, rng, strata),
            latent=latent.normal_(generator=rng),
        )
        if by_inversion:
            condition.uniform = noise.uniform_(generator=rng)
        else:
            condition.gumbel = -torch.log(noise.exponential_(generator=rng))  # -log Exp(1) is standard Gumbel
        return condition

    def draw(self, codes: Tensor, strata: Tensor | None = None, by_inversion: bool = False) -> RowsWithParents:
        """Return one generated row for each class in `codes`, or for each stratum of the mixer."""
        n_generators = len(self.averaged_.module)
        generator_of_row = torch.randint(n_generators, codes.shape, generator=self.rng, device=codes.device)
        batches = []
        for i in range(n_generators):
            chosen = generator_of_row == i
            chosen_strata = None if strata is None else strata[chosen]
            batches.append(self.draw_from(i, codes[chosen], self.rng, chosen_strata, by_inversion))
        # Batches are in the order of the first argsort; the second inverts it.
        in_order = generator_of_row.argsort(stable=True).argsort()
        return RowsWithParents.concatenate(batches)[in_order]

    def draw_from(
        self,
        position: int,
        codes: Tensor,
        rng: torch.Generator,
        strata: Tensor | None = None,
        by_inversion: bool = False,
    ) -> RowsWithParents:
        """Return rows of the classes `codes` from the generator at `position`."""
        generator = self.averaged_.module[position].eval()
        condition = self._draw_condition(codes, rng, strata, by_inversion)
        with torch.no_grad():
            rows = generator(condition)
        mixtures = condition.mixtures if generator.has_parents else condition.mixtures.parentless()
        return replace(mixtures, rows=rows)
