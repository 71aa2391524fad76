"""One training step's losses: against the truth, and against a teacher where there is one."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ppid import losses
from ppid.data.compose import Batch
from ppid.distill import OBJECTIVES
from ppid.models import Prediction, feature_channels, takes_trimap


class Step(nn.Module):
    """A model in training with the distillation objectives that it answers to.

    One module, so that gradients of model and adapters are exchanged together when several processes train.

    Attributes:
        model: what is trained.
        objectives: distillation objectives by name; empty without a teacher.
        weights: of each objective.
    """

    def __init__(self, model: nn.Module, teacher: nn.Module | None, weights: dict[str, float]):
        super().__init__()
        self.model = model
        self.weights = weights
        self.objectives = nn.ModuleDict()
        if teacher is not None:
            channels = feature_channels(model), feature_channels(teacher)
            self.objectives = nn.ModuleDict({name: OBJECTIVES[name](*channels) for name in weights})

    def forward(self, batch: Batch, taught: Prediction | None) -> dict[str, Tensor]:
        """The terms of the loss by name, each already weighted.

        Args:
            batch: what to learn from. Only a model that takes trimaps sees its trimap.
            taught: the teacher's prediction, where there is one.
        """
        prediction = in_float(predict(self.model, batch))
        # Autocast would run filters and products in BF16 again, too coarse for differences between alphas near 1.
        with torch.autocast(batch.image.device.type, enabled=False):
            terms = supervised(prediction, batch)
            if taught is not None:
                if batch.trimap is None:
                    raise ValueError("objectives need the batch's trimap")
                for name, objective in self.objectives.items():
                    terms[name] = self.weights[name] * objective(prediction, taught, batch.trimap)
        return terms


def predict(model: nn.Module, batch: Batch) -> Prediction:
    """A model's prediction; its trimap goes to those alone that take one."""
    return model(batch.image, batch.trimap) if takes_trimap(model) else model(batch.image)


def supervised(prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
    """The terms that hold alpha against the truth, by name, each already weighted.

    Where the truth is not to be believed the prediction stands in for it: alpha learns nothing there, and the coarse one to agree.
    """
    alpha = prediction.reached
    truth = batch.alpha if batch.sure is None else torch.lerp(alpha.detach(), batch.alpha, batch.sure)
    terms = {
        "alpha": losses.alpha_loss(alpha, truth),
        "composition": losses.composition_loss(alpha, batch.foreground, batch.background, truth),
        "laplacian": losses.laplacian_loss(alpha, truth),
    }
    if prediction.coarse_logits is not None:
        terms["coarse"] = 0.3 * losses.coarse_loss(prediction.coarse_logits, truth)
    return terms


def in_float(prediction: Prediction) -> Prediction:
    """Losses are computed in FP32 also where the model runs in bf16."""
    coarse = prediction.coarse_logits
    return Prediction(
        prediction.logits.float(),
        None if coarse is None else coarse.float(),
        {name: feature.float() for name, feature in prediction.features.items()},
    )
