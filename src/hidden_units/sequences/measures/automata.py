"""The finite automaton that a network behaves as, extracted from its states, and the smallest one.

States of the network are clustered and transitions between clusters counted (after Giles and others 1992;
Omlin and Giles 1996), with as many clusters as determinism needs. The result is reduced by merging
clusters that no continuation tells apart, and compared with the minimal automaton of the language for the
sizes shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy

from hidden_units.sequences.languages import LETTERS, Language
from hidden_units.sequences.networks import Network

ANY = -1
BLOCKS = 3
MOST_CLUSTERS = 40


@dataclass(frozen=True)
class Automaton:
    """A deterministic automaton that predicts.

    `transitions` (states, symbols): next state, -1 where the symbol never comes; `predicts` (states,): the
    symbol predicted next, ANY (-1) after an A, where either may come; `names`; `start`: the initial state.
    """

    transitions: np.ndarray
    predicts: np.ndarray
    names: tuple[str, ...]
    start: int = 0

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.predicts)


def minimal_automaton(language: Language) -> Automaton:
    """The smallest automaton that predicts every deterministic symbol of strings with n = 1..largest.

    One state S0 between strings, one for each number of A's, and one for each symbol after A and number of
    that symbol still due, of one string size where a later segment depends on it.
    """
    names, predicts, transitions = ["S0"], [0], [[-1] * language.symbols]

    def follow(here: int, symbol: int, predicted: int, name: str) -> int:
        """The state that a symbol leads to, a new one where it has not been read there before."""
        if transitions[here][symbol] < 0:
            transitions[here][symbol] = len(names)
            names.append(name)
            predicts.append(predicted)
            transitions.append([-1] * language.symbols)
        return transitions[here][symbol]

    last_symbol = language.symbols - 1
    for n in range(1, language.largest + 1):
        here = 0
        for row in language.positions([n]).itertuples():
            if row.symbol == 0:
                here = follow(here, 0, ANY, f"A{row.position}")
            elif row.symbol == last_symbol and row.due == 0:
                transitions[here][row.symbol] = 0
            else:
                of_size = "" if row.symbol == last_symbol else f" of n={n}"
                here = follow(here, row.symbol, row.next_symbol, f"{row.letter}{row.due}{of_size}")
    # In the last segment only what is due matters, not n; and the last symbol of a segment may be no other
    # state than an early one of the next segment.
    return reduce(Automaton(np.array(transitions), np.array(predicts), tuple(names)))[0]


@dataclass(frozen=True)
class StateTree:
    """All states of a network along every example of a few blocks, each once.

    `points` (nodes, hidden or 2 hidden); for each node but the root: parent, symbol (read to reach it),
    letter, n (0 for A-states, which belong to several sizes), position, due (symbols of the segment still
    to come, 0 for A's), count (as in `Language.positions`), predicts (the symbol that the network predicts;
    ANY after an A, where either may be right).
    """

    points: np.ndarray
    nodes: pd.DataFrame


def state_tree(network: Network, language: Language, blocks: int = BLOCKS) -> StateTree:
    """Read every sequence of `blocks` strings from the initial state, sharing what begins alike."""
    # Before the first symbol nothing is predicted; an A always comes.
    points, rows = [network.initial_state()], [(-1, -1, "S", 0, 0, 0, 0.0, 0)]

    def read(parent: int, symbol: int, n: int, position: int, due: int, count: float) -> int:
        points.append(network.step(points[parent], symbol))
        predicts = int(network.logits(points[-1]).argmax()) if symbol else ANY
        rows.append((parent, symbol, LETTERS[symbol], n, position, due, count, predicts))
        return len(points) - 1

    rest = {n: list(language.positions([n]).iloc[n:].itertuples()) for n in range(1, language.largest + 1)}
    ends = [0]
    for _ in range(blocks):
        new_ends = []
        for end in ends:
            after_a = end
            for n, others in rest.items():
                after_a = read(after_a, 0, 0, n, 0, float(n))
                node = after_a
                for row in others:
                    node = read(node, row.symbol, n, row.position, row.due, row.count)
                new_ends.append(node)
        ends = new_ends
    columns = ["parent", "symbol", "letter", "n", "position", "due", "count", "predicts"]
    return StateTree(np.array(points), pd.DataFrame(rows, columns=columns))


@dataclass(frozen=True)
class Extraction:
    """An automaton read off a network.

    clusters: how many clusters of states it took; determinism: fraction of transitions that go where most
    from the same cluster by the same symbol go; purity: fraction of states that predict what most of their
    cluster predict; counts: long table of transitions (cluster, symbol, to, count); cluster_of: cluster of
    each node of the tree; raw, reduced: the automaton with one state a cluster, and with equivalent ones
    merged;
    state_of: state of `reduced` for each cluster; equivalent: whether `reduced` is the minimal automaton
    but for names; predicts_all: whether it predicts every deterministic symbol of every example.
    """

    clusters: int
    determinism: float
    purity: float
    counts: pd.DataFrame
    cluster_of: np.ndarray
    raw: Automaton
    reduced: Automaton
    state_of: np.ndarray
    equivalent: bool
    predicts_all: bool


def extract(network: Network, language: Language) -> Extraction:
    """Extract the automaton that a network behaves as.

    The states are joined by Ward's method (1963) and the tree of joins is cut from the top: of all
    clusters, the one with most states that contradict its majority, in where they go or in what they
    predict, is split, until none contradicts or there are 40. Of the cuts on the way the one with the
    highest determinism times purity is taken, and of equally good ones the one with fewest clusters.
    """
    tree = state_tree(network, language)
    labels = max(_cuts(tree), key=lambda cut: np.prod(_scores(tree, cut)))
    moves = _transition_counts(tree, labels)
    counts = pd.DataFrame(np.argwhere(moves), columns=["cluster", "symbol", "to"]).assign(
        count=moves[moves > 0]
    )
    raw = _raw_automaton(tree, labels)
    reduced, state_of = reduce(raw)
    minimal = minimal_automaton(language)
    partner = matching(reduced, minimal)
    if partner is not None:
        reduced = replace(reduced, names=tuple(minimal.names[partner[k]] for k in range(reduced.states)))
    determinism, purity = _scores(tree, labels)
    found = (int(labels.max()) + 1, determinism, purity, counts, labels, raw, reduced, state_of)
    return Extraction(*found, partner is not None, predicts_all(reduced, language))


def _cuts(tree: StateTree) -> list[np.ndarray]:
    """Clusterings into 1, 2, ... clusters, each splitting the worst cluster of the one before."""
    hierarchy = scipy.cluster.hierarchy
    parts = [hierarchy.to_tree(hierarchy.linkage(tree.points, "ward"))]
    cuts = []
    while True:
        labels = np.empty(len(tree.points), int)
        for number, part in enumerate(parts):
            labels[part.pre_order()] = number
        cuts.append(pd.factorize(labels)[0])
        contradictions = _contradictions(tree, labels)
        if not contradictions.any() or len(parts) == MOST_CLUSTERS:
            return cuts
        split = parts.pop(int(contradictions.argmax()))
        parts += [split.left, split.right]


def _contradictions(tree: StateTree, labels: np.ndarray) -> np.ndarray:
    """States of each cluster that go elsewhere, or predict another symbol, than most of it."""
    moves, predictions = _transition_counts(tree, labels), _prediction_counts(tree, labels)
    elsewhere = moves.sum(axis=2) - moves.max(axis=2)
    return elsewhere.sum(axis=1) + predictions.sum(axis=1) - predictions.max(axis=1)


def automaton_table(networks: Mapping[int, Network], language: Language) -> pd.DataFrame:
    """`extract` for networks by seed: seed, clusters, determinism, states, equivalent, predicts_all."""
    rows = []
    for seed, network in networks.items():
        found = extract(network, language)
        states = found.reduced.states
        rows.append((seed, found.clusters, found.determinism, states, found.equivalent, found.predicts_all))
    columns = ["seed", "clusters", "determinism", "states", "equivalent", "predicts_all"]
    return pd.DataFrame(rows, columns=columns)


def cluster_table(network: Network, language: Language, extraction: Extraction) -> pd.DataFrame:
    """The states behind an extraction, one row a node of its tree.

    Columns: letter, n, position, due (as in StateTree), count (the colour of the pictures), cluster, name
    (of the cluster), state (of the reduced automaton), state_name, h1, h2, ... and c1, c2, ... for an LSTM.
    """
    tree = state_tree(network, language)
    labels = extraction.cluster_of
    state = extraction.state_of[labels]
    table = tree.nodes[["letter", "n", "position", "due", "count"]].assign(
        cluster=labels,
        name=np.array(extraction.raw.names)[labels],
        state=state,
        state_name=np.array(extraction.reduced.names)[state],
    )
    table[network.state_names] = tree.points
    return table


def reduce(automaton: Automaton) -> tuple[Automaton, np.ndarray]:
    """Merge states that no continuation tells apart (Moore 1956); a symbol that never comes is a difference.

    Returns:
        the reduced automaton, and the new state of each old one. A merged state takes the name of its first.
    """
    groups = _numbered(automaton.predicts[:, None])
    while True:
        # The extra entry at the end is where -1 points: 'never comes'.
        following = np.append(groups, -1)[automaton.transitions]
        refined = _numbered(np.column_stack([groups, following]))
        if refined.max() == groups.max():
            break
        groups = refined
    first = np.array([np.flatnonzero(groups == g)[0] for g in range(groups.max() + 1)])
    transitions = np.append(groups, -1)[automaton.transitions[first]]
    names = tuple(automaton.names[k] for k in first)
    return Automaton(transitions, automaton.predicts[first], names, int(groups[automaton.start])), groups


def matching(left: Automaton, right: Automaton) -> dict[int, int] | None:
    """State of `right` for each of `left` if the two are the same but for names and order, else None.

    All states of `right` must be reachable from its start.
    """
    (order, *of_left), (partners, *of_right) = _as_reached(left), _as_reached(right)
    same = left.states == right.states and of_left == of_right
    return dict(zip(order, partners, strict=True)) if same else None


def _as_reached(automaton: Automaton) -> tuple[list[int], list, list]:
    """States in the order in which they are first reached, and transitions and predictions in that order."""
    order = [automaton.start]
    for here in order:
        following = dict.fromkeys(automaton.transitions[here].tolist())
        order += [there for there in following if there not in (-1, *order)]
    # The extra entry at the end is where -1 points.
    places = np.full(automaton.states + 1, -1)
    places[order] = range(len(order))
    return order, places[automaton.transitions[order]].tolist(), automaton.predicts[order].tolist()


def predicts_all(automaton: Automaton, language: Language) -> bool:
    """Whether every deterministic symbol of every example is predicted, from each state strings start in."""
    starts = [automaton.start]
    for start in starts:
        for n in range(1, language.largest + 1):
            state = start
            for row in language.positions([n]).itertuples():
                state = automaton.transitions[state, row.symbol]
                if state < 0 or (row.symbol > 0 and automaton.predicts[state] != row.next_symbol):
                    return False
            if state not in starts:
                starts.append(state)
    return True


def _scores(tree: StateTree, labels: np.ndarray) -> tuple[float, float]:
    """Determinism and purity of a clustering."""
    moves, predictions = _transition_counts(tree, labels), _prediction_counts(tree, labels)
    return tuple(float(of.max(axis=-1).sum() / of.sum()) for of in (moves, predictions))


def _transition_counts(tree: StateTree, labels: np.ndarray) -> np.ndarray:
    """How often each symbol leads from one cluster to another, (clusters, symbols, clusters)."""
    parent, symbol = tree.nodes["parent"].to_numpy()[1:], tree.nodes["symbol"].to_numpy()[1:]
    clusters = labels.max() + 1
    counts = np.zeros((clusters, symbol.max() + 1, clusters), int)
    np.add.at(counts, (labels[parent], symbol, labels[1:]), 1)
    return counts


def _prediction_counts(tree: StateTree, labels: np.ndarray) -> np.ndarray:
    """How many states of each cluster predict each symbol, ANY first, (clusters, symbols + 1)."""
    predicts = tree.nodes["predicts"].to_numpy() - ANY
    counts = np.zeros((labels.max() + 1, predicts.max() + 1), int)
    np.add.at(counts, (labels, predicts), 1)
    return counts


def _raw_automaton(tree: StateTree, labels: np.ndarray) -> Automaton:
    """One state a cluster; where transitions or predictions disagree the most frequent wins."""
    moves = _transition_counts(tree, labels)
    transitions = np.where(moves.any(axis=2), moves.argmax(axis=2), -1)
    predicts = _prediction_counts(tree, labels).argmax(axis=1) + ANY
    last_letter = LETTERS[tree.nodes["symbol"].max()]
    names = []
    for _, group in tree.nodes.assign(cluster=labels).groupby("cluster"):
        letter = group["letter"].mode().iloc[0]
        chosen = group[group["letter"] == letter]
        number = chosen["position" if letter == "A" else "due"].mode().iloc[0]
        names.append(
            "S0" if letter == "S" or (letter == last_letter and number == 0) else f"{letter}{number}"
        )
    return Automaton(transitions, predicts, tuple(names), int(labels[0]))


def _numbered(rows: np.ndarray) -> np.ndarray:
    """Number equal rows alike, in the order in which they first appear."""
    seen: dict[tuple, int] = {}
    return np.array([seen.setdefault(tuple(row), len(seen)) for row in rows.tolist()])
