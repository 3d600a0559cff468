"""Linear support vector machines for many yes/no questions at once, by dual coordinate descent.

Algorithm: C.-J. Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM" (ICML 2008), L2 loss, one
pass updating all questions for one message together. numpy is a tool of the developers only.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Row = tuple[NDArray[np.int32], Floats]

PASSES: Final = 10
_SEED: Final = 7


def solve(rows: Sequence[Row], yes: Floats, cost: Floats, width: int) -> Floats:
    """Weights (width × questions). `yes` is 1 or −1, `cost` what a mistake costs (0: not asked).

    The last weight is the bias: every row must carry it as a feature. Deterministic.
    """
    import numpy as np

    weights = np.zeros((width, yes.shape[1]), np.float32)
    pull = np.zeros(yes.shape, np.float32)
    asked = cost > 0
    ridge = np.where(asked, 0.5 / np.where(asked, cost, 1), 1).astype(np.float32)
    step = np.array([float((values * values).sum()) for _, values in rows], np.float32)[:, None] + ridge
    order = list(range(len(rows)))
    shuffle = random.Random(_SEED).shuffle  # noqa: S311 - an order, not a secret
    for _ in range(PASSES):
        shuffle(order)
        for at in order:
            where, values = rows[at]
            own = weights[where]
            slope = yes[at] * np.einsum("i,ij->j", values, own) - 1 + ridge[at] * pull[at]
            new = np.where(asked[at], np.maximum(pull[at] - slope / step[at], 0), 0)
            change = ((new - pull[at]) * yes[at]).astype(np.float32)
            if change.any():
                weights[where] = own + values[:, None] * change
                pull[at] = new
    return weights
