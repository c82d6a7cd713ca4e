"""Which characters are taken for which: matrices, ranked pairs, and how alike the classes look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import scipy

RATE_DECIMALS = 12


def confusion(labels: np.ndarray, log_probabilities: np.ndarray) -> np.ndarray:
    """Counts (k, k): rows are targets, columns the class chosen, from labels (N,) and outputs (N, k)."""
    from sklearn.metrics import confusion_matrix

    classes = range(log_probabilities.shape[1])
    return confusion_matrix(labels, log_probabilities.argmax(axis=1), labels=classes)


def per_class(labels: np.ndarray, log_probabilities: np.ndarray) -> pd.DataFrame:
    """Precision, recall and F1 of each class; a class never chosen has precision 0."""
    from sklearn.metrics import precision_recall_fscore_support

    classes = range(log_probabilities.shape[1])
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, log_probabilities.argmax(axis=1), labels=classes, zero_division=0
    )
    return pd.DataFrame(
        {"label": classes, "precision": precision, "recall": recall, "f1": f1, "images": support}
    )


def hardest(table: pd.DataFrame, count: int) -> pd.DataFrame:
    """The rows of so many classes: those with the lowest recall, averaged over the models.

    Args:
        table: columns label, recall, a row for each model and class.
    """
    lowest = table.groupby("label")["recall"].mean().sort_values(kind="stable").head(count)
    return table[table["label"].isin(lowest.index)]


def ranked_pairs(
    confusions: Mapping[str, Sequence[np.ndarray]], representatives: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Every ordered pair of different classes, most often confused first, model by model.

    Args:
        confusions: for each model the matrices (k, k) of all its seeds.
        representatives: for each model the matrix of its representative seed.

    Returns:
        Columns model, rank, target, chosen, count_mean (over the seeds), rate (count_mean over the images of
        the target), count_representative. Equal counts keep the order of target, then chosen.
    """
    tables = []
    for model, matrices in confusions.items():
        mean = np.mean(matrices, axis=0)
        target, chosen = np.nonzero(~np.eye(len(mean), dtype=bool))
        table = pd.DataFrame(
            {
                "model": model,
                "target": target,
                "chosen": chosen,
                "count_mean": mean[target, chosen],
                "rate": mean[target, chosen] / mean.sum(axis=1)[target],
                "count_representative": representatives[model][target, chosen],
            }
        ).sort_values("count_mean", ascending=False, kind="stable")
        table.insert(1, "rank", range(1, len(table) + 1))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def class_means(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean image (k, 28, 28) of each class, in grey values 0..255, from uint8 images (N, 28, 28)."""
    return np.stack([images[labels == label].mean(axis=0) for label in np.unique(labels)])


def mean_similarity(means: np.ndarray) -> np.ndarray:
    """Pearson correlation (k, k) between the pixels of the class means (k, 28, 28).

    A mean that is a single grey correlates with nothing: nan.
    """
    with np.errstate(invalid="ignore"):
        return np.corrcoef(means.reshape(len(means), -1))


def confident_mistakes(labels: np.ndarray, log_probabilities: np.ndarray, count: int) -> pd.DataFrame:
    """The wrongly classified images that a network was surest of.

    Returns:
        Columns index (into the test images), target, chosen, probability (of the chosen class), and
        target_probability; surest first, at most `count` rows.
    """
    probabilities = np.exp(log_probabilities.astype(float))
    chosen = log_probabilities.argmax(axis=1)
    wrong = np.flatnonzero(chosen != labels)
    table = pd.DataFrame(
        {
            "index": wrong,
            "target": labels[wrong],
            "chosen": chosen[wrong],
            "probability": probabilities[wrong, chosen[wrong]],
            "target_probability": probabilities[wrong, labels[wrong]],
        }
    )
    return table.sort_values("probability", ascending=False, kind="stable").head(count).reset_index(drop=True)


def images_to_cover(
    labels: np.ndarray, log_probabilities: Sequence[np.ndarray], count: int
) -> dict[str, list[int]]:
    """Images worth a closer look: typical ones that all networks read, and mistakes of the last network.

    Args:
        labels: (N,).
        log_probabilities: of each network, (N, k).

    Returns:
        Places among the N by kind, `read` and `mistaken`, at most `count` each. Typical are those around
        the median of the last network's certainty, of as many classes; mistakes are its surest ones.
    """
    is_read = np.all([outputs.argmax(axis=1) == labels for outputs in log_probabilities], axis=0)
    read = np.flatnonzero(is_read)
    certainty = log_probabilities[-1][read, labels[read]]
    typical = read[np.argsort(np.abs(certainty - np.median(certainty)), kind="stable")] if len(read) else read
    _, first = np.unique(labels[typical], return_index=True)
    mistakes = confident_mistakes(labels, log_probabilities[-1], count)
    return {
        "read": typical[np.sort(first)[:count]].tolist(),
        "mistaken": mistakes["index"].tolist(),
    }


def likeness_and_confusion(
    similarity: np.ndarray, pairs: pd.DataFrame, models: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the likeness of two class means with how often each model confuses the two classes.

    Args:
        similarity: (k, k), see `mean_similarity`.
        pairs: see `ranked_pairs`.

    Returns:
        The table of ordered pairs, the diagonal included: target, chosen, similarity, and `rate_<model>`
        (empty on the diagonal). And for each model Spearman's rank correlation, over the unordered pairs
        whose similarity is known, between similarity and the mean rate of both directions; empty where there
        is one pair, or where all rates, or all similarities, are equal.
    """
    target, chosen = np.indices(similarity.shape).reshape(2, -1)
    table = pd.DataFrame({"target": target, "chosen": chosen, "similarity": similarity[target, chosen]})
    above = np.triu(np.isfinite(similarity), 1)
    alike = similarity[above]
    rows = []
    for model in models:
        rates = np.full(similarity.shape, np.nan)
        own = pairs[pairs["model"] == model]
        rates[own["target"], own["chosen"]] = own["rate"]
        table[f"rate_{model}"] = rates[target, chosen]
        # Counts over counts: what differs in the last bits alone is a tie, and shares its rank.
        both = np.round((rates + rates.T)[above] / 2, RATE_DECIMALS)
        varied = len(both) > 0 and np.ptp(both) > 0 and np.ptp(alike) > 0
        rows.append(
            {
                "model": model,
                "pairs": len(both),
                "spearman": scipy.stats.spearmanr(alike, both).statistic if varied else np.nan,
            }
        )
    return table, pd.DataFrame(rows)
