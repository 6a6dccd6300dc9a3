"""The conditional autoencoder: a module that encodes rows and labels, and decodes latent codes and labels."""

import torch
from torch import Tensor, nn

from sklearn_gan._networks.mlp import MLP, Pass


class Autoencoder(nn.Module):
    """Encode rows and labels as latent codes, and decode latent codes and labels to values.

    The hidden layers of the decoder have the widths of the encoder in reverse order.

    Shape
    -----
    `encode`: rows (batch_size, n_features), labels (batch_size, n_classes); output (batch_size, latent_dim).
    `decode`: latent_codes (batch_size, latent_dim), labels; output numeric values and logits, (batch_size, n_values).
    """

    def __init__(self, layout, n_classes, latent_dim, hidden_layer_sizes, rng):
        super().__init__()
        self.encoder = MLP(layout.n_features + n_classes, hidden_layer_sizes, latent_dim, rng)
        self.decoder = MLP(latent_dim + n_classes, hidden_layer_sizes[::-1], layout.n_values, rng)

    def encode(self, rows: Tensor, labels: Tensor) -> Tensor:
        return self.encoder(torch.cat((rows, labels), dim=1))

    def decode(self, latent_codes: Tensor, labels: Tensor) -> Tensor:
        return self.decoder(torch.cat((latent_codes, labels), dim=1))

    def reconstruct(self, rows: Tensor, labels: Tensor, noise: Tensor | float = 0.0) -> Pass:
        """Return the values decoded from the latent codes of `rows` plus `noise`, with their backward pass."""
        encoder = self.encoder.run(torch.cat((rows, labels), dim=1))
        decoder = self.decoder.run(torch.cat((encoder.output + noise, labels), dim=1))

        def backward(gradients):
            of_inputs = decoder.input_gradients(decoder.backward(gradients))
            encoder.backward(of_inputs[:, : encoder.output.shape[1]])

        return Pass(decoder.output, backward)
