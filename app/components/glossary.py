"""Every technical term in one or two plain sentences, for help texts beside the terms."""

from __future__ import annotations

TERMS: dict[str, str] = {
    "member": "A record that was in the training data of the attacked model. A non-member was not.",
    "attack": "A rule that gives each record a score: the higher, the more the model behaves "
    "as if it had been trained on that record.",
    "fpr": "False-positive rate (FPR): the share of non-members wrongly accused of being members.",
    "tpr": "True-positive rate (TPR): the share of members that the attack recognises.",
    "tpr_at_fpr": "Share of members recognised while at most this share of non-members is "
    "wrongly accused. Guessing reaches exactly the same share, so anything well above it is "
    "a leak. This matters more than averages: an attacker wants a few certain hits.",
    "advantage": "TPR minus FPR at one threshold, which was fitted on other records. "
    "0 is guessing, 1 is perfect recognition.",
    "auc": "Area under the ROC curve: the chance that a random member scores higher than a "
    "random non-member. 0.5 is guessing. It hides the few records that are recognised surely.",
    "interval": "95 % interval: repeated with other models and records, about 95 of 100 such "
    "intervals would hold the true value.",
    "roc": "For each share of wrongly accused non-members (across) the share of recognised "
    "members (up). Both axes are logarithmic, because leaks show at the far left.",
    "verdict": "Visible: surely above chance, by the interval beside the word, which is corrected "
    "for all looks of the run together. Slight, material and grave: how large the leak surely is; "
    "size open: slight for sure, perhaps more. Wrong way round: members surely score below "
    "non-members, which is no pass. No material leak: the data would have shown one and did not. "
    "Inconclusive: too little data for either, which is not a pass. Learning not shown: a quiet "
    "model that may have learned nothing, which is no pass either.",
    "architecture": "The kind of model. MLP: layers of neurons. Softmax regression: no hidden "
    "layer. CNN: filters that slide over a picture.",
    "unit": "Whose contribution the guarantee hides. A person with several records is hidden "
    "less than one with a single record.",
    "n": "How many pairs of a model and a record the figure rests on.",
    "shadows": "Models trained by the same recipe on other random halves of the records. "
    "From them the attack learns how a record looks to a model that has, or has not, seen it. "
    "Each of them also serves as the target once.",
    "lira": "Likelihood-ratio attack (Carlini et al. 2022): compares the model's confidence on "
    "a record with shadow models that did and did not train on it.",
    "rmia": "Robust membership attack (Zarifzadeh et al. 2024): asks against how many other "
    "records this one's confidence has risen.",
    "lira-offline": "LiRA with only the shadow models that did not train on the record: "
    "cheaper, and weaker.",
    "loss": "The simplest attack: a low loss is taken for membership. Needs no shadow models.",
    "epsilon": "Privacy loss. Whether one record was in the training data changes the "
    "probability of anything that can be seen by at most a factor e^epsilon (plus delta). "
    "Smaller protects more: around 1 is strong, above 8 is weak.",
    "delta": "The probability with which the epsilon bound may fail. Should be well below one "
    "divided by the number of records.",
    "clip": "Clipping norm: each record's gradient is scaled down to at most this length, so "
    "that no single record can move the model far.",
    "noise_multiplier": "Standard deviation of the added noise, as a multiple of the clipping "
    "norm. More noise, smaller epsilon.",
    "sample_rate": "The probability with which each record enters a training step.",
    "steps": "How many noisy updates were made. Each one spends privacy.",
    "adjacency": "What may differ between the two worlds that the guarantee compares. "
    "“Add or remove one” means: with and without one record.",
    "sampling": "How records enter a step. Poisson: each one independently, by a coin flip. "
    "The calculation holds for this sampling only.",
    "accountant": "The calculation that adds up the privacy loss of all steps. PLD follows the "
    "privacy-loss distribution numerically and is the tightest valid one here.",
    "rdp": "The same by Rényi differential privacy, a looser bound by another method. It must "
    "not be smaller than the PLD figure: a cross-check.",
    "dp_sgd": "Differentially private training (Abadi et al. 2016): clip each record's "
    "gradient, add noise to the sum.",
    "release": "For a model that is given away: batches and noise come from the operating system "
    "and not from a seed, so that nobody can compute the noise and take it off. Such a run "
    "cannot be repeated.",
    "train_accuracy": "Share of its own training records that the model classifies rightly.",
    "test_accuracy": "Share of records it was not trained on that the model classifies rightly.",
    "gap": "Training accuracy minus test accuracy. A model that does better on what it has seen "
    "remembers it, and that is what membership attacks use.",
    "epochs": "How often training goes through all members. More epochs, more memorisation.",
    "batch_size": "Records per training step; with differential privacy the expected number.",
    "learning_rate": "How far each step moves the weights.",
    "hidden": "Neurons of each hidden layer, for example “64” or “128, 64”.",
    "members": "Records the model is trained on.",
    "nonmembers": "Records kept out of training, for comparison.",
    "auxiliary": "Records the attacker is assumed to own besides, never scored.",
    "kappa": "How many records the unknown one could be, all equally likely beforehand. Guessing "
    "is right once in that many times.",
    "reconstruction_bound": "What no attack can exceed, whatever it knows and computes: from the "
    "privacy profile of the training (Hayes, Mahloujifar and Balle 2023). Proven, not measured.",
    "rung_inversion": "Inverts the final model and names the candidate that looks most like the "
    "class. Knows neither the other records nor the steps.",
    "rung_final-model": "Knows every other record and the start of training, has trained shadow "
    "models, and sees the final model.",
    "rung_all-iterates": "Knows every other record and sees the weights after every step. Names "
    "the likeliest candidate, which is the best guess there is.",
    "seed": "Start of all random numbers. The same seed gives the same result.",
    "model_inversion": "Making the picture that a model takes for a class. It shows what the "
    "model has kept of the records behind that class, which may be a person or an average.",
    "swap_test": "Pairs of models differ in one thing: whether a class holds A or B, by a fair "
    "coin. Both are inverted; the attack wins if each reconstruction is nearer its own, loses if "
    "neither is, and else a coin decides: the rate is that of one picture by itself. Without a "
    "leak it is exactly one half. Side by side, what the two pictures have in common cancels, so "
    "that weaker traces show; chance is one half there too.",
    "null_baseline": "A picture that cannot know the person, made beside every reconstruction. "
    "What it shares with the person is likeness of the kind, not a leak.",
    "correlation": "Pearson's correlation of two pictures' pixels: 1 is the same picture but for "
    "brightness and contrast, 0 has nothing in common, below 0 is like a negative.",
    "with_without": "Models with the person are compared with models without: whose "
    "reconstruction is nearer the truth? Without a leak each wins half of the time.",
    "p_value": "How often chance alone would win at least so many, corrected for the number of "
    "people looked at. Small means that it was not chance.",
    "open_set": "Whether another classifier, of another kind, seed and data than the attacked "
    "model, takes the picture for the person. It may also answer “none of them”; one that may "
    "not recognises somebody in everything.",
    "total_variation": "How strongly neighbouring pixels are asked to be alike. More is "
    "smoother; 0 leaves the attack free. Only ascent on pixels uses it.",
    "records_per_class": "Records that a class of the model holds. One: the class is that "
    "record. The more there are, the more the reconstruction is their average.",
    "pairs": "Pairs of models in the swap test. More pairs, narrower interval.",
    "copies": "Slightly turned, shifted and brightened variations of each record to train on. "
    "1 is the record itself. Each copy counts as a record for differential privacy.",
    "group_privacy": "A guarantee for one record says less about a person who has several: with "
    "k records epsilon is up to k times as large, and delta grows too.",
    "ssim": "Structural similarity of two pictures: 1 is the same. Appearance only: faces are "
    "similar to each other, whoever they are.",
    "psnr": "Peak signal-to-noise ratio of the pixels in decibels: higher is closer. "
    "Appearance only.",
    "sensitive": "The column that the attacker does not know. They know the record's other columns "
    "and its label.",
    "imputer": "A classifier that guesses the column from the others and the label. It was fitted "
    "on other records and never sees the model: what it gets right, anybody could.",
    "model_guesser": "Fills in each possible value, asks the model, and takes the value with which "
    "the known label is likeliest (Yeom et al. 2018; Mehnaz et al. 2022).",
    "fused": "Imputer and model combined by logistic regression, whose weights were learned on "
    "shadow models of other records, never on the attacked model.",
    "attribute_gain": "AUC of both together minus AUC of the imputer. For non-members it is what "
    "the model tells about anybody; what members have beyond that is a leak about them.",
    "attribute_shares": "Right guesses about members, divided: what the imputer gets right "
    "(population), what the model adds for non-members too (model), and the rest (membership).",
    "gradient_inversion": "In federated learning clients keep their pictures and send gradients. "
    "Whoever receives a gradient, and knows the model, may work back to the pictures.",
    "gradient_batch": "How many pictures one gradient is computed from. A gradient is their mean, "
    "so more of them hide each other, but not surely.",
    "gradient_clip": "A gradient that is longer than this is shortened to it. That keeps its "
    "direction, so by itself it hides nothing; it makes noise count. “none” does not clip.",
    "gradient_noise": "Standard deviation of the Gaussian noise that is added to every coordinate "
    "of the (clipped) gradient before it is sent.",
    "line_up": "The reconstruction is compared with the picture itself and with all of the "
    "attacker's own pictures, by correlation. Recognised: it is most like the right one. Knowing "
    "only the label, that happens as rarely as the dotted line says.",
    "gradient_psnr": "Peak signal-to-noise ratio: higher is closer, 120 dB stands for exact, above "
    "about 40 dB no difference can be seen. A noisy picture can have a low one and still be "
    "recognised.",
    "gradient_labels": "Share of the batch's labels that the attacker read off the last layer's "
    "bias gradient (Zhao et al. 2020; Wainakh et al. 2021).",
    "threshold": "Records that score at least this much are called members.",
}


def help_for(term: str) -> str:
    """The plain explanation of ``term``; raises ``KeyError`` for a term without one."""
    return TERMS[term]
