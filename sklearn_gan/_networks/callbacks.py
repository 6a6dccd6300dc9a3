"""What happens beside the steps of training: records, the learning rate, the bar."""

from skorch.callbacks import Callback
from tqdm.auto import tqdm


class StepCounter(Callback):
    """Write the number of steps made so far into each record of the history."""

    def on_epoch_end(self, net, **kwargs):
        """Record the number of steps."""
        net.history.record("step", net.n_steps)


class LearningRateDecay(Callback):
    """Keep the learning rate of all networks for half of the steps, then lower it linearly to almost 0."""

    def on_epoch_begin(self, net, **kwargs):
        """Set the learning rate of the next record."""
        done = (len(net.history) - 1) / net.max_epochs
        for optimizer in net.optimizers():
            for group in optimizer.param_groups:
                group["lr"] = net.lr * min(1, 2 * (1 - done)) * net.learning_rate_factor


class Bar(tqdm):
    """A bar that leaves no thread behind."""

    monitor_interval = 0


class ProgressBar(Callback):
    """Show steps, losses and the time left."""

    def on_train_begin(self, net, **kwargs):
        """Open the bar."""
        self.bar_ = Bar(total=net.max_steps, unit="step", desc=type(net).__name__)

    def on_batch_end(self, net, **kwargs):
        """Advance by a step."""
        self.bar_.update()

    def on_epoch_end(self, net, **kwargs):
        """Show the losses of the last record."""
        losses = {name: f"{net.history[-1, name]:.3f}" for name in net.loss_names}
        self.bar_.set_postfix(losses)

    def on_train_end(self, net, **kwargs):
        """Close the bar."""
        self.bar_.close()
