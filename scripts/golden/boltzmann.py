"""Hidden probabilities, free energies and pseudo-likelihoods of scikit-learn's BernoulliRBM.

scikit-learn draws the unit whose flip makes a pseudo-likelihood; here it is told for every unit, by the
same formula (`score_samples`): V ln σ(F(ṽ) − F(v)), ṽ being v with that unit flipped.
"""

import common
import numpy as np
from sklearn.neural_network import BernoulliRBM

random = np.random.default_rng(8)
visible, hidden, samples = 7, 5, 6
machine = BernoulliRBM(n_components=hidden)
machine.components_ = np.float64(np.float32(random.normal(0, 1, (hidden, visible))))
machine.intercept_hidden_ = np.float64(np.float32(random.normal(0, 1, hidden)))
machine.intercept_visible_ = np.float64(np.float32(random.normal(0, 1, visible)))
machine._n_features_out = hidden
data = np.float64(random.integers(0, 2, (samples, visible)))

energy = machine._free_energy(data)
scores = []
for unit in range(visible):
    flipped = data.copy()
    flipped[:, unit] = 1 - flipped[:, unit]
    rise = machine._free_energy(flipped) - energy
    scores.append(-visible * np.logaddexp(0, -rise))

common.write(
    "boltzmann",
    "boltzmann.py",
    ["numpy", "scikit-learn"],
    {
        "visible": visible,
        "hidden": hidden,
        "weights": common.numbers(machine.components_),
        "hiddenBias": common.numbers(machine.intercept_hidden_),
        "visibleBias": common.numbers(machine.intercept_visible_),
        "data": common.numbers(data),
        "probabilities": machine.transform(data).ravel().tolist(),
        "freeEnergy": energy.tolist(),
        "pseudoLogLikelihood": np.transpose(scores).ravel().tolist(),
    },
)
