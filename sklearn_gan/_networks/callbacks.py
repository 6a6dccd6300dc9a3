"""skorch callbacks: step counts, learning-rate decay and the progress bar."""

from skorch.callbacks import Callback

from sklearn_gan._runtime.progress import Bar


class StepCounter(Callback):
    """Add the number of steps so far to each record of the history."""

    def on_epoch_end(self, net, **kwargs):
        """Record the number of steps so far."""
        net.history.record("step", net.n_steps)


class LearningRateDecay(Callback):
    """Keep the learning rate constant for half of the steps, then lower it linearly to almost 0."""

    def on_epoch_begin(self, net, **kwargs):
        """Set the learning rate of the next record."""
        done = (len(net.history) - 1) / net.max_epochs  # an epoch of skorch is one record
        for optimizer in net.optimizers():
            for group in optimizer.param_groups:
                group["lr"] = net.lr * min(1, 2 * (1 - done)) * net.learning_rate_factor


class ProgressBar(Callback):
    """Show the number of steps, the losses and the remaining time."""

    def on_train_begin(self, net, **kwargs):
        """Open the bar."""
        self.bar_ = Bar(total=net.max_steps, unit="step", desc=type(net).__name__)

    def on_batch_end(self, net, **kwargs):
        """Advance the bar by one step."""
        self.bar_.update()

    def on_epoch_end(self, net, **kwargs):
        """Show the losses of the last record."""
        losses = {name: f"{net.history[-1, name]:.3f}" for name in net.loss_names}
        self.bar_.set_postfix(losses)

    def on_train_end(self, net, **kwargs):
        """Close the bar, and drop it, because it can be neither copied nor pickled."""
        self.bar_.close()
        del self.bar_
