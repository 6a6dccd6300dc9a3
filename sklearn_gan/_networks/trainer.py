"""Base classes of the nets: batches, training steps, records and the moving average."""

from contextlib import ExitStack, contextmanager, suppress
from copy import deepcopy

import torch
from skorch import NeuralNet
from skorch.callbacks import EpochTimer, PassthroughScoring
from skorch.history import History
from torch import Tensor
from torch.nn.functional import one_hot
from torch.optim.swa_utils import AveragedModel

from sklearn_gan._networks.callbacks import LearningRateDecay, StepCounter
from sklearn_gan._networks.flat_parameters import flattened, make_vector, trainable
from sklearn_gan._networks.mixtures import RowMixer, draw_members
from sklearn_gan._networks.user_modules import has_user_module
from sklearn_gan._networks.weights import load_weights, weights_to_document
from sklearn_gan._persistence import cell_from_document, cells_to_document
from sklearn_gan._persistence.random_states import torch_from_document, torch_to_document
from sklearn_gan._runtime.interruption import noted_interruptions

BETAS = (0.0, 0.99)
AVERAGE_DECAY = 0.999
STEPS_PER_RECORD = 50
MAX_DRAWN_VALUES = 2**19  # in the rows of batches that are drawn at once; mixtures take a few times as much
MAX_SLOWDOWNS = 3
SLOWDOWN = 0.1
ADVERSARIAL_NETWORKS = {"optimizer_": "module_", "discriminator_optimizer_": "discriminator_"}


class TensorIterator:
    """Batches of rows sampled with replacement, with equal class probabilities.

    A pass covers the steps of one record of the history and yields a list of batches for each step. After `max_steps`
    steps in all, passes are empty. A batch consists of rows, their codes and, with `draw_condition`, a Condition. The
    batches of many steps are drawn at once, which is faster.

    Parameters
    ----------
    matrix : Tensor of shape (n_rows, n_features)
        The encoded real rows.
    codes : Tensor of shape (n_rows,)
        Class index of each row, from 0 to n_classes - 1.
    batch_size, max_steps : int
        Number of rows in a batch, and total number of steps.
    rng : torch.Generator
        Random number generator for classes and rows.
    batches_per_step : int, default=1
        Number of batches for each step.
    augmenter : Augmenter or None, default=None
        Replaces a share of each batch.
    draw_condition : callable or None, default=None
        Maps codes and `rng` to a Condition.
    """

    def __init__(
        self, matrix, codes, batch_size, max_steps, rng, batches_per_step=1, augmenter=None, draw_condition=None
    ):
        self.batch_size, self.n_left, self.rng = batch_size, max_steps, rng
        self.batches_per_step, self.augmenter, self.draw_condition = batches_per_step, augmenter, draw_condition
        self.sizes = torch.bincount(codes)
        self.starts = self.sizes.cumsum(0) - self.sizes
        self.matrix, self.order = matrix, codes.argsort(stable=True)  # in this order, classes are contiguous

    def __iter__(self):
        n_steps = min(self.n_left, STEPS_PER_RECORD)
        self.n_left -= n_steps
        step_size = self.batches_per_step * self.batch_size * self.matrix.shape[1]
        n_at_once = max(1, MAX_DRAWN_VALUES // step_size)
        for start in range(0, n_steps, n_at_once):
            batches = self._draw(min(n_at_once, n_steps - start) * self.batches_per_step)
            yield from (batches[i : i + self.batches_per_step] for i in range(0, len(batches), self.batches_per_step))

    def _draw(self, n_batches):
        codes = torch.randint(
            len(self.sizes), (n_batches * self.batch_size,), generator=self.rng, device=self.matrix.device
        )
        parts = [self.matrix[self.order[draw_members(codes, self.starts, self.sizes, self.rng)]], codes]
        if self.draw_condition is not None:
            parts.append(self.draw_condition(codes, self.rng))
        batches = list(zip(*(part.split(self.batch_size) for part in parts), strict=True))
        if self.augmenter is None:
            return batches
        return [(self.augmenter.replace_some(rows, codes), codes, *rest) for rows, codes, *rest in batches]


class TableNet(NeuralNet):
    """A skorch net trained on the encoded rows of a table to generate similar rows.

    A subclass creates its networks in `initialize_module`, maps optimizers to networks in `optimized`, and implements
    a training step in `train_step`. The default optimizer is Adam without momentum, as in Huang et al., "The GAN is
    dead; long live the GAN!", NeurIPS 2024. Rows are generated with a moving average of the weights.

    Parameters
    ----------
    module : object
        Makes the network to train.
    layout : Layout
        The layout of the features.
    latent_dim : int
        Dimension of the noise or of the latent code.
    hidden_layer_sizes : tuple of int
        Widths of the hidden layers, the same for all networks.
    max_steps : int
        Number of training steps.
    rng : torch.Generator
        Source of all randomness, on the net's device.
    **kwargs
        Parameters of :class:`skorch.NeuralNet`.

    Attributes
    ----------
    averaged_ : MovingAverage
        The moving average of `module_`, from which rows are sampled.
    diverged_at_ : list of int
        The steps at which training diverged. After each, training resumed from the last record with a tenth of
        the learning rate.
    history_ : skorch.history.History
        One record for every `STEPS_PER_RECORD` steps: `step`, the losses in `loss_names`, and `dur` in seconds.
    """

    loss_names: tuple
    optimized = {"optimizer_": "module_"}

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

    def _make_cpu_rng(self):
        """Return a random number generator on the CPU, so that initial weights are the same on every device."""
        seed = torch.randint(2**62, (), generator=self.rng, device=self.rng.device).item()
        return torch.Generator().manual_seed(seed)

    def initialize_criterion(self):
        """Do nothing; subclasses with several losses override this method."""
        return self

    def _average(self):
        """Return a moving average of `module_`."""
        return MovingAverage(self.module_)

    def initialize_optimizer(self):
        """Create the optimizer of each network in `optimized`; the parameters of built-in networks are one vector."""
        for name, attribute in self.optimized.items():
            network = getattr(self, attribute)
            _, kwargs = self.get_params_for_optimizer("optimizer", network.named_parameters())
            parameters = trainable(network) if has_user_module(network) else [make_vector(trainable(network))]
            setattr(self, name, self.optimizer(parameters, **kwargs))
        return self

    @contextmanager
    def connected_parameters(self):
        """Connect the parameters of built-in networks to the vectors that optimizers update, inside a `with` block."""
        with ExitStack() as stack:
            for name, attribute in self.optimized.items():
                network = getattr(self, attribute)
                if not has_user_module(network):
                    (vector,) = getattr(self, name).param_groups[0]["params"]
                    stack.enter_context(flattened(trainable(network), vector))
            yield

    def optimizers(self):
        """Return all optimizers."""
        return [getattr(self, name) for name in self.optimized]

    @property
    def n_steps(self):
        """Number of training steps so far."""
        return sum(len(record["batches"]) for record in self.history)

    @property
    def learning_rate_factor(self):
        """Learning-rate multiplier after divergence."""
        return SLOWDOWN ** len(self.diverged_at_)

    def initialize(self):
        """Initialise the net, and clear `diverged_at_`."""
        self.diverged_at_ = []
        return super().initialize()

    def run_single_epoch(self, iterator, training, **kwargs):
        """Run the steps of a record; if one diverges, run the record again with a lower learning rate."""
        if iterator is None:
            return None  # skorch also runs an epoch of validation
        start, n_left = self._state(), iterator.n_left
        while True:
            try:
                super().run_single_epoch(iterator, training=training, **kwargs)
                return self.averaged_.copy_buffers(self.module_)
            except Diverged:
                self._step_back(start)
                iterator.n_left = n_left

    def _state(self):
        names = (*self.optimized, *self.optimized.values(), "averaged_")
        return deepcopy({name: getattr(self, name).state_dict() for name in names})

    def _step_back(self, start):
        """Restore the state at the start of the record; raise after more than `MAX_SLOWDOWNS` divergences."""
        self.diverged_at_.append(self.n_steps)
        for name, state in start.items():
            getattr(self, name).load_state_dict(deepcopy(state))
        if len(self.diverged_at_) > MAX_SLOWDOWNS:
            raise FloatingPointError(
                f"Training diverged {len(self.diverged_at_)} times, the last time in step {self.diverged_at_[-1]} at a "
                f"learning rate of {self.lr * self.learning_rate_factor / SLOWDOWN:.2g}. Lower `learning_rate`, which "
                f"is {self.lr}."
            )
        self.history[-1]["batches"] = []
        LearningRateDecay().on_epoch_begin(self)  # apply the new `learning_rate_factor`

    def get_iterator(self, dataset, training=False):
        """Return batches of tensors instead of a DataLoader of single rows."""
        matrix, codes = (torch.as_tensor(part).to(self.device) for part in (dataset.X, dataset.y))
        return self._iterate(matrix, codes, self.batch_size, self.max_steps, self.rng)

    def _iterate(self, *args):
        return TensorIterator(*args)

    def check_finite(self):
        """Raise FloatingPointError if the last weights or their moving average are not finite."""
        networks = (self.module_, self.averaged_)
        if not all(parameter.isfinite().all() for network in networks for parameter in network.parameters()):
            raise FloatingPointError(
                f"Training diverged: after {self.history_[-1, 'step']} steps, the weights are not finite. "
                f"Lower `learning_rate`, which is {self.lr}."
            )

    def partial_fit(self, X, y=None, classes=None, **fit_params):
        """Train; unlike in skorch, an interruption is raised, so that no partly trained net is used."""
        if not self.initialized_:
            self.initialize()
        self.notify("on_train_begin", X=X, y=y)
        try:
            with suppress(_StoppedByCallback), self.connected_parameters():
                self.fit_loop(X, y, **fit_params)
        except BaseException:
            with suppress(Exception):  # a failing callback must not hide the original error
                self.notify("on_train_end", X=X, y=y)
            raise
        self.notify("on_train_end", X=X, y=y)
        return self

    def notify(self, method_name, **cb_kwargs):
        """Call the callbacks; at the end of a record, a KeyboardInterrupt from a callback stops training, as in skorch.

        A KeyboardInterrupt from a signal comes from the user and is raised.
        """
        if method_name != "on_epoch_end":
            return super().notify(method_name, **cb_kwargs)
        with noted_interruptions() as interruptions:
            try:
                super().notify(method_name, **cb_kwargs)
            except KeyboardInterrupt as stop:
                if interruptions:
                    raise
                raise _StoppedByCallback from stop


class ConditionalNet(TableNet):
    """A net that generates rows of given classes; subclasses implement `draw(codes)`.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    mixer : RowMixer
        Provides real rows, or mixtures of them, from which rows are generated.
    **kwargs
        Parameters of :class:`TableNet`.
    """

    kept_ = ()  # checkpoints, if coverage is monitored

    def __init__(self, module, *, n_classes, mixer, **kwargs):
        self.n_classes = n_classes
        self.mixer = mixer
        super().__init__(module, **kwargs)

    def one_hot(self, codes: Tensor) -> Tensor:
        """Return one-hot labels, of shape (n_rows, n_classes)."""
        return one_hot(codes, self.n_classes).float()

    def with_rng(self, rng: torch.Generator):
        """Return a net that shares everything with this one, except for its random generator."""
        net = object.__new__(type(self))  # skorch would copy the networks
        vars(net).update(vars(self), rng=rng)
        return net

    def draw_strata(self, codes: Tensor) -> Tensor | None:
        """Return a random pattern of missing values for each class in `codes`, or None without missing values."""
        return self.mixer.draw_strata(codes, self.rng)

    def to_document(self):
        """Return the sampling state and the training history as a document."""
        return {
            "device": str(self.device),
            "lr": float(self.lr),
            **{name: int(getattr(self, name)) for name in ("batch_size", "max_steps", "latent_dim")},
            "hidden_layer_sizes": list(self.hidden_layer_sizes),
            "random_state": torch_to_document(self.rng),
            "mixer": self.mixer.to_document(),
            "weights": weights_to_document(self.averaged_.module),
            "diverged_at": self.diverged_at_,
            "history": [_record_to_document(record) for record in self.history],
        }

    def restore(self, fields):
        """Load weights and history from a document; without optimizers, training cannot continue."""
        weights = fields.inside("weights")
        if len(weights.names()) < 2 * len(self.hidden_layer_sizes):
            weights.refuse("", f"those of {len(self.hidden_layer_sizes)} hidden layers", weights.names())
        module = self.make_module(rng=None)
        load_weights(module, weights)
        with self._current_init_context("module"):  # skorch rejects networks set outside a context
            self.module_ = module.to(self.device)
            self.averaged_ = self._average()
        self.diverged_at_ = fields.integers("diverged_at", 0, self.max_steps)
        self.history = History(_record_from_document(record) for record in fields.each("history"))
        self.initialized_ = True
        return self


def settings_from_document(fields, n_classes, layout, device):
    """Return the parameters of a :class:`ConditionalNet` from its document."""
    return {
        "lr": fields.number("lr"),
        **{name: fields.integer(name, 1) for name in ("batch_size", "max_steps", "latent_dim")},
        "hidden_layer_sizes": tuple(fields.integers("hidden_layer_sizes", 1)),
        "rng": torch_from_document(fields.inside("random_state"), device),
        "mixer": RowMixer.from_document(fields.inside("mixer"), layout, n_classes, device),
        "layout": layout,
        "n_classes": n_classes,
        "device": str(device),
        "verbose": 0,
    }


def _record_to_document(record):
    batches = [_plain(batch) for batch in record["batches"]]
    return _plain({name: value for name, value in record.items() if name != "batches"}) | {"batches": batches}


def _plain(values):
    return dict(zip(values, cells_to_document(values.values(), "the history"), strict=True))


def _record_from_document(fields):
    names = [name for name in fields.names() if name != "batches"]
    batches = [{name: cell_from_document(batch, name) for name in batch.names()} for batch in fields.each("batches")]
    return {"batches": batches} | {name: cell_from_document(fields, name) for name in names}


class Diverged(Exception):
    """Raised if a loss or a gradient is not finite."""


class _StoppedByCallback(Exception):
    """Raised if a callback stops training."""


def descend(optimizer, loss, backwards):
    """Update the optimizer's parameters by one step on `loss`; raise Diverged if loss or gradient is not finite.

    The loss is a function of leaves of automatic differentiation. From their gradients, `backwards` continue: each is
    called and adds to the gradients of some parameters.
    """
    parameters = optimizer.param_groups[0]["params"]
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.grad.zero_()
    loss.backward()
    for backward in backwards:
        backward()
    total = sum(parameter.grad.norm() for parameter in parameters if parameter.grad is not None)
    if not (total + loss.detach()).isfinite():
        raise Diverged
    optimizer.step()


class MovingAverage(AveragedModel):
    """A copy of a network whose parameters are moving averages; updates are faster than in the base class.

    After n updates, an update moves the averages towards the parameters by a share of 9 / (10 + n), but at least
    1 - AVERAGE_DECAY.
    """

    def __init__(self, network):
        super().__init__(network)
        # Walking through the modules takes longer than the update.
        self._averages, self._targets = list(self.module.parameters()), list(network.parameters())

    @torch.no_grad()
    def update_parameters(self):
        """Move the averages towards the parameters."""
        n_before = int(self.n_averaged)
        share = 1 - min(AVERAGE_DECAY, (1 + n_before) / (10 + n_before))
        torch._foreach_lerp_(self._averages, self._targets, share)
        self.n_averaged += 1

    def copy_buffers(self, network):
        """Copy the buffers of the network, such as the statistics of batch normalisation."""
        for copy, buffer in zip(self.module.buffers(), network.buffers(), strict=True):
            copy.copy_(buffer)
