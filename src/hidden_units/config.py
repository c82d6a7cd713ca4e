"""The configuration of a study: every key with its default, its bounds and its meaning, in one place.

The models below are the schema, the defaults and the documentation: the text below a key says what it means.
`resolve` checks a configuration and fills it in; `python -m hidden_units.config` writes the tables of
config/README.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    WrapValidator,
    model_validator,
)

from hidden_units.characters.ablations import CHANGED_SETTINGS, DEFAULT_SEEDS
from hidden_units.config_words import explain, inlined, reference
from hidden_units.datasets.classes import KMNIST_CLASSES
from hidden_units.datasets.kmnist import KMNIST_FILES
from hidden_units.datasets.providers import PROVIDERS
from hidden_units.datasets.shape import FEWEST_CLASSES, MOST_CLASSES, SIDE
from hidden_units.errors import StudyError
from hidden_units.names import (
    FAMILIES,
    LONGEST_OWN_NAME,
    MOST_OWN_NETWORKS,
    STUDIES,
    TAKEN_NAMES,
    is_own_name,
)
from hidden_units.yaml_files import unprintable

# They are all kept in memory; the published study has 100.
MAX_SNAPSHOTS = 10_000

T = TypeVar("T")


def as_written(value: Any, check: Any) -> Any:
    """A number as it was written: 1 stays 1 where 1.0 would do, in the resolved file and in its hashes."""
    check(value)
    return value


# Two checks that say no more than pydantic's own; a ValueError, as below, brings its whole sentence.


def no_entry_twice(values: list) -> list:
    """The list, unless an entry occurs in it twice."""
    if len(set(values)) < len(values):
        raise AssertionError
    return values


def in_their_order(studies: list[str]) -> list[str]:
    """The studies in the order of the report, so that no other order makes another configuration."""
    return [study for study in STUDIES if study in studies]


def printable(text: str) -> str:
    """The text, unless it holds a control character."""
    if unprintable(text):
        raise AssertionError
    return text


def form(pattern: str, words: str) -> Any:
    """A pattern, and what it means in words."""
    # Pydantic's regular expressions are Rust's: `$` is the end of the text, and not before a last line feed.
    return Field(pattern=pattern, json_schema_extra={"form": words})


Text = Annotated[str, AfterValidator(printable)]
Number = Annotated[float, WrapValidator(as_written)]
Positive = Annotated[float, Field(gt=0), WrapValidator(as_written)]
Rate = Annotated[float, Field(ge=0, lt=1), WrapValidator(as_written)]
Scale = Annotated[float, Field(gt=0, le=1_000_000), WrapValidator(as_written)]
Fraction = Annotated[str, form("^-?[0-9]{1,9}/[1-9][0-9]{0,8}$", 'that is a fraction, such as "3/2"')]
Weight = SerializeAsAny[
    Annotated[float, Field(ge=-1_000_000, le=1_000_000), WrapValidator(as_written)] | Fraction
]
Count = Annotated[int, Field(ge=1, le=100_000)]
CountOrNone = Annotated[int, Field(ge=0, le=100_000)]
# A restart on one of the 100,000 examples with n up to 10 takes 10 MB to evaluate.
FewOrNone = Annotated[int, Field(ge=0, le=1000)]
Epochs = Annotated[int, Field(ge=1, le=1_000_000_000)]
HiddenSize = Annotated[int, Field(ge=1, le=10_000)]
Label = Annotated[int, Field(ge=0, le=MOST_CLASSES - 1)]
Address = Annotated[Text, Field(max_length=1000), form("^https?://", "that begins with http:// or https://")]
Name = Annotated[Text, Field(min_length=1)]
# netlin, netfull, netconv or one of your own; `Config.check_networks` knows them all.
Family = Name
Distinct = Annotated[list[T], AfterValidator(no_entry_twice), Field(json_schema_extra={"uniqueItems": True})]


class Block(BaseModel):
    """A block of keys: no others are allowed, and no value is turned into another type."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class Report(Block):
    """Your own words in the report, and its paper."""

    title: Text = Field("Hidden Units", max_length=200)
    """Title on the first page."""

    author: Text = Field("", max_length=200)
    """Name under the title; empty for none."""

    notes: Text = Field("", max_length=10_000)
    """Your own paragraph on the first page; empty for none."""

    paper: Literal["a4", "letter"] = "a4"
    """The paper of the PDF, and of the page where it is printed."""


class ClassName(Block):
    """A class of the images."""

    romaji: Text = Field(min_length=1, max_length=40)
    """Name in Latin letters."""

    kana: Text = Field("", max_length=8)
    """The character itself; empty where there is none."""

    @model_validator(mode="after")
    def check_line(self) -> ClassName:
        """Refuse line feeds and tabs, which the labels of figures cannot hold."""
        if found := next((name for name in (self.romaji, self.kana) if {*name} & {*"\n\t"}), None):
            raise ValueError(
                f"`dataset: classes` has {found!r}, which is not on one line; write it without breaks."
            )
        return self


class File(Block):
    """A file of KMNIST."""

    name: Literal[*(file.name for file in KMNIST_FILES.values())]
    """File name, on the mirror and in the local folder."""

    bytes: int = Field(ge=1, le=1_000_000_000)
    """Size in bytes."""

    sha256: Annotated[
        str, form("^[0-9a-f]{64}$", "made of 64 digits and letters a to f, as sha256sum prints it")
    ]
    """SHA-256 of the file."""


class Brush(Block):
    """The simulated brush (`brush` only)."""

    train: int = Field(12_000, ge=len(KMNIST_CLASSES), le=1_000_000)
    """Training images, the ten classes in equal parts."""

    test: int = Field(4_000, ge=len(KMNIST_CLASSES), le=1_000_000)
    """Test images."""

    seed: int = Field(0, ge=0, le=2**32 - 1)
    """Seed of the drawings; independent of the seeds of training."""


class Split(Block):
    """How a folder without `train` and `test` is split (`folder` only), each class in the same proportion."""

    test: Positive = Field(0.2, lt=1)
    """Share of the test images."""

    seed: int = Field(0, ge=0, le=2**32 - 1)
    """Seed of the split, and of the order in which networks see the images of any folder."""


def class_block(entry: Any) -> Any:
    """An entry of `dataset: classes` as a block, for a name alone is one too."""
    return entry if isinstance(entry, Mapping) else {"romaji": entry}


class Dataset(Block):
    """The images that the classifiers learn."""

    name: Literal["kmnist", "idx", "folder", "npz", "brush"] = "kmnist"
    """`kmnist` is downloaded (or read from a local folder) and checked against its published hashes, `idx` is
    any folder of four IDX files, `folder` one of pictures with a folder for each class, `npz` an archive of
    numpy's, `brush` draws ten hiragana with a simulated brush and needs no download."""

    path: Text | None = Field(None, max_length=1000)
    """Folder of the images, or file (`npz`), relative to the folder from which the study is started; `~` is
    your home. For `kmnist` a local copy that is used before anything is downloaded; for `idx`, `folder` and
    `npz` required."""

    title: Text | None = Field(None, max_length=200)
    """What the report calls the data; null for the usual title of that kind of data."""

    classes: list[Annotated[ClassName, BeforeValidator(class_block)]] | None = Field(
        None, min_length=FEWEST_CLASSES, max_length=MOST_CLASSES
    )
    """The classes in the order of their labels (own images only), each a name, as in `[one, two, ...]`, or a
    block with the keys below; null shows the names of folders (`folder`) or the labels 0, 1, ... that
    occur."""

    licence: Text | None = Field(None, max_length=1000)
    """Licence of the data (own images only), shown in the report."""

    credit: Text | None = Field(None, max_length=1000)
    """Credit line of the data (own images only), shown in the report."""

    synthetic: bool = False
    """Whether the data (own images only) were generated by a program; the report says so."""

    first_label: int = Field(0, ge=0, le=1)
    """The smallest label (`idx`, `npz`): 1 where labels count from 1, as in EMNIST's letters."""

    transpose: bool = False
    """Whether rows and columns of the images are exchanged (`idx`, `npz`), as in EMNIST."""

    invert: Literal["auto", True, False] = "auto"
    """Whether images are inverted (`folder`, `npz`): networks see white ink on black. `auto` does so if the
    corners of most training images are light."""

    split: Split = Split()

    mirrors: list[Address] | None = Field(None, min_length=1, max_length=20)
    """Base addresses to download `kmnist` from, tried in order; null for the published ones. A file is
    accepted only if its hash is right."""

    timeout: Number = Field(30, gt=0, le=3600)
    """Seconds to wait for a connection to a mirror, and for each piece of the file (`kmnist`)."""

    files: list[File] | None = Field(None, min_length=4, max_length=4)
    """Names, sizes and hashes of the four files of `kmnist`; null for the published ones. Results on other
    files are not compared with published numbers."""

    brush: Brush = Brush()

    @model_validator(mode="after")
    def check_files(self) -> Dataset:
        """Refuse a folder that is not named, and a file of KMNIST that is named twice."""
        if "classes" in PROVIDERS[self.name].keys and not self.path:
            raise ValueError(
                f"`dataset: path` is missing; with `name: {self.name}` it names where the images are."
            )
        if self.name == "kmnist" and self.files and len({file.name for file in self.files}) < 4:
            raise ValueError("`dataset: files` names a file twice; expected each of the four once.")
        return self


class Training(Block):
    """How the classifiers are trained. The defaults are the published protocol."""

    learning_rate: Positive = 0.01
    """Step size of stochastic gradient descent."""

    momentum: Rate = 0.5
    """Momentum of stochastic gradient descent."""

    batch_size: int = Field(64, ge=1, le=1_000_000)
    """Images in each step of gradient descent."""

    epochs: int = Field(10, ge=1, le=10_000)
    """Passes over the training images; the result is the network after the last one."""

    shuffle: bool = False
    """Whether each epoch sees the images in a new order; the published study keeps the file's order."""

    precision: Literal["float32", "bfloat16"] = "float32"
    """Arithmetic of the forward pass; with bfloat16 (weights stay float32) the report says so and does not
    compare with published numbers."""

    validation: int = Field(0, ge=0, le=1_000_000)
    """Training images held out for choosing the hidden size, so that the test images do not influence the
    choice: the last ones of each class, all classes in proportion. Networks learn from the rest. The
    published study holds out none."""

    channels_last: bool = True
    """Memory layout of NetConv and your own networks. Faster than the default layout; sums are taken in
    another order, so weights differ in their last bits."""

    threads: int = Field(1, ge=1, le=1024)
    """Threads of one training job. One is fastest, because several jobs run at the same time; another number
    changes results in the last bits."""


class Characters(Block):
    """The first study, three classifiers and a sweep of hidden sizes."""

    hidden: HiddenSize = 110
    """Hidden units of NetFull when it is compared with NetLin and NetConv."""

    widths: Distinct[HiddenSize] = Field([50, 80, 90, 100, 110, 150, 200, 300], min_length=1, max_length=100)
    """Hidden sizes of the sweep."""

    neighbours: int = Field(4, ge=1, le=1000)
    """k of the nearest-neighbour baselines."""

    components: int = Field(50, ge=1, le=SIDE**2)
    """Principal components of the second baseline."""

    networks: dict[str, Text] = {}
    """Your own networks, each a name and the Python file of its `class Network`, as in `{my-net: my_net.py}`;
    at most four. They are trained and shown like the three. docs/own-data.md says what the file holds; it is
    run, so name only files that you trust."""

    @model_validator(mode="after")
    def check_own_names(self) -> Characters:
        """Refuse names that no file or figure can have, or that something else has."""
        for name in self.networks:
            if not is_own_name(name):
                raise ValueError(
                    f"`characters: networks` has the name {name[:60]!r}, expected at most {LONGEST_OWN_NAME} "
                    "lower-case letters a to z, digits and single hyphens, a letter first, and none that "
                    f"begins with {', '.join(TAKEN_NAMES)}; give it another, for example my-net."
                )
        if len(self.networks) > MOST_OWN_NETWORKS:
            raise ValueError(
                f"`characters: networks` has {len(self.networks)} entries, expected at most "
                f"{MOST_OWN_NETWORKS}, for each needs a colour of its own; try the others in another run."
            )
        return self


class Statistics(Block):
    """How classifiers are compared with each other."""

    equivalence_margin: Positive = Field(0.003, lt=1)
    """Largest difference between two accuracies, as a fraction, that does not matter; a hidden size is large
    enough if it is shown to be no further below the best."""

    resamples: int = Field(10_000, ge=1000, le=1_000_000)
    """Number of resamples in each bootstrap."""


class Sensitivity(Block):
    """Networks of the first study, trained again with one setting changed.

    The same seed gives the same initial weights, so each run is compared with the run of its seed in the main
    study.
    """

    seeds: int | None = Field(None, ge=0, le=1000)
    """How many of the study's seeds to train again; null for the first five (all if there are fewer), 0 for
    none."""

    order: Distinct[Family] = ["netlin", "netfull"]
    """Which of netlin, netfull, netconv and your own to train on shuffled images, compared with the file's
    order; by default none where `training: shuffle` is true."""

    precision: Distinct[Family] = ["netconv"]
    """Which of netlin, netfull, netconv and your own to train with bfloat16, compared with float32; by
    default none where `training: precision` is bfloat16."""


class Sweep(Block):
    """Networks of the first study, trained again with other values of one setting.

    Each run is compared with the one of its seed in the main study, whose own value is a point of the curve.
    """

    setting: Literal["learning_rate", "momentum", "batch_size", "epochs", "hidden"] | None = None
    """The setting: one of `training`, or `hidden` of `characters`, whose values join `characters: widths`;
    null for none."""

    values: Distinct[Number] = Field([], max_length=100)
    """Its values, within the bounds that the setting has in its own block. If training diverges at one, its
    accuracy is missing and the report says so."""

    networks: Distinct[Family] = Field(["netlin", "netfull"], min_length=1)
    """Which of netlin, netfull, netconv and your own to train; for `hidden` netfull alone."""

    seeds: int | None = Field(None, ge=1, le=1000)
    """How many of the study's seeds to train; null for the first five (all if there are fewer)."""

    @model_validator(mode="after")
    def check_values(self) -> Sweep:
        """Refuse half a sweep, values that the setting itself could not have, and networks without it."""
        if bool(self.setting) != bool(self.values):
            raise ValueError(
                f"`sweep: {'values' if self.setting else 'setting'}` is missing; a sweep needs a setting and "
                "its values, as in `sweep: {setting: learning_rate, values: [0.003, 0.03]}`."
            )
        owner = Training if self.setting in Training.model_fields else Characters
        for place, value in enumerate(self.values):
            try:
                owner.model_validate({self.setting: value})
            except ValidationError as found:
                schema = {"items": inlined(owner.model_json_schema(), {})["properties"][self.setting]}
                for key in ("values", "sweep"):
                    schema = {"properties": {key: schema}}
                error = {**found.errors(include_url=False)[0], "loc": ("sweep", "values", place)}
                raise ValueError(explain(error, schema)) from None
        if self.setting == "hidden" and self.networks != ["netfull"]:
            raise ValueError(
                f"`sweep: networks` is {', '.join(self.networks)}, but `sweep: setting` is hidden, which "
                "netfull alone has; set it to [netfull]."
            )
        return self


class HiddenUnits(Block):
    """The hidden units; each divides the plane by a line."""

    weights: list[Annotated[list[Weight], Field(min_length=2, max_length=2)]] = Field(
        [[1, 1], [1, -1], [-1, -1], [-1, 1]], min_length=1, max_length=100
    )
    """The weights from x1 and x2 for each hidden unit."""

    biases: list[Weight] = Field([-2.5, -0.5, 1.5, -0.5], min_length=1, max_length=100)
    """The bias of each hidden unit."""


class OutputUnit(Block):
    """The output unit."""

    weights: list[Weight] = Field([1, 1, 1, 1], min_length=1, max_length=100)
    """The weight from each hidden unit."""

    bias: Weight = -1.5
    """Bias of the output."""


class StepNetwork(Block):
    """The network of step units designed by hand.

    Numbers are exact, so 0.1 is one tenth; write a fraction in quotes, as in "3/2". A unit is on if its sum
    is 0 or more.
    """

    hidden: HiddenUnits = HiddenUnits()
    output: OutputUnit = OutputUnit()

    @model_validator(mode="after")
    def check_units(self) -> StepNetwork:
        """Refuse layers of different sizes."""
        units = len(self.hidden.weights)
        for key, found in (
            ("hidden: biases", len(self.hidden.biases)),
            ("output: weights", len(self.output.weights)),
        ):
            if found != units:
                raise ValueError(
                    f"`checkerboard: network: {key}` has {found} entries, expected {units}, one for each row "
                    "of `checkerboard: network: hidden: weights`."
                )
        return self


class LearningRate(Block):
    """A learning rate and its largest number of epochs."""

    learning_rate: Positive
    """Step size of Adam."""

    max_epochs: int = Field(ge=1, le=100_000_000)
    """Largest number of epochs; an epoch is one update."""


class CheckerboardTraining(Block):
    """How these networks are trained: Adam on all nine points at once. The defaults are the published
    protocol."""

    rates: list[LearningRate] = Field(
        [
            LearningRate(learning_rate=0.001, max_epochs=60_000),
            LearningRate(learning_rate=0.01, max_epochs=20_000),
        ],
        min_length=1,
        max_length=20,
    )
    """Learning rates, each with the epoch after which a restart is abandoned."""

    weight_decay: Number = Field(1e-5, ge=0)
    """Weight decay, added to the gradient."""

    initial_sd: Positive = 0.15
    """Standard deviation of the initial weights and biases."""

    consecutive: int = Field(2000, ge=1, le=100_000_000)
    """A restart has solved the task after this many epochs in a row with all nine points right."""

    @model_validator(mode="after")
    def check_rates(self) -> CheckerboardTraining:
        """Refuse a learning rate that occurs twice."""
        rates = [entry.learning_rate for entry in self.rates]
        if len(set(rates)) < len(rates):
            raise ValueError(
                "`checkerboard: training: rates` names a learning rate twice; leave one of them out."
            )
        return self


class Checkerboard(Block):
    """The second study, the nine points of a 3x3 checkerboard."""

    network: StepNetwork = StepNetwork()
    scales: Distinct[Scale] = Field([*range(1, 21), 30, 50, 100], min_length=1, max_length=1000)
    """Factors k: the step units are replaced by sigmoids, and all weights and biases multiplied by k."""

    surfaces: Distinct[Scale] = Field([1, 2, 4, 10], min_length=1, max_length=20)
    """Factors k for which the output is drawn over the plane."""

    hidden: Distinct[Annotated[int, Field(ge=1, le=1000)]] = Field([4, 5, 6], min_length=1, max_length=20)
    """Hidden sizes trained from random weights."""

    restarts: Count = 50
    """How many times each setting is trained; the seeds are 0, 1, ... restarts - 1."""

    training: CheckerboardTraining = CheckerboardTraining()


class Patience(Block):
    """Longer training of a few tables, to separate what cannot be learned from what takes long."""

    tables: Distinct[Name] = Field(["identity-16", "identity-19"], max_length=100)
    """Names of the tables that are trained again, for longer; an empty list for none."""

    max_epochs: Epochs = 1_000_000
    """Largest number of epochs there; must be more than the largest of `caps`."""


class EncoderTraining(Block):
    """How these networks are trained: gradient descent on the whole table at once.

    The defaults are the published protocol.
    """

    learning_rate: Positive = 0.4
    """Step size."""

    momentum: Rate = 0.9
    """Momentum."""

    initial_sd: Positive = 1e-4
    """Standard deviation of the initial weights; biases start at 0."""

    stop_loss: Positive = 0.02
    """Training stops when the loss, averaged over the table's entries, falls to this value."""


class Encoders(Block):
    """The third study, networks with two hidden units that draw their target tables as dots and lines."""

    tables: Distinct[Annotated[Name, Field(max_length=1000)]] = Field(
        [
            "identity-4",
            "identity-8",
            "identity-9",
            "identity-16",
            "identity-19",
            "identity-24",
            "star16",
            "config/pictures/heart.yaml",
            "config/pictures/hiragana-no.yaml",
        ],
        min_length=1,
        max_length=100,
    )
    """Target tables: `identity-<N>`, `star16`, the path of a picture of dots and lines (.yaml), or that of a
    table of 0 and 1 with a header (.csv). A table from a file is named after the file, without its ending."""

    seeds: int = Field(20, ge=1, le=10_000)
    """How many times each table is trained; the seeds are 0, 1, ... seeds - 1."""

    caps: Distinct[Epochs] = Field([10_000, 100_000], min_length=1, max_length=100)
    """Epochs at which successes are counted; training is abandoned at the largest."""

    snapshots: Distinct[Annotated[int, Field(ge=0, le=1_000_000_000)]] = Field(
        [50, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000], max_length=1000
    )
    """Epochs whose weights are kept, to show dots and lines moving."""

    shown: Distinct[Name] = Field(["identity-9", "star16"], max_length=100)
    """Names of the tables whose snapshots are drawn."""

    patience: Patience = Patience()
    training: EncoderTraining = EncoderTraining()

    @model_validator(mode="after")
    def check_patience(self) -> Encoders:
        """Refuse a longer training that is no longer than the others."""
        if self.patience.tables and self.patience.max_epochs <= max(self.caps):
            raise ValueError(
                f"`encoders: patience: max_epochs` is {self.patience.max_epochs}, expected more than the "
                f"largest of `encoders: caps`, {max(self.caps)}; raise it, or set `encoders: patience: "
                "tables` to []."
            )
        return self


class Restarts(Block):
    """How many times each task is trained; the seeds are 0, 1, ...

    A task is a network and a language: `srn-anb2n` is the SRN on a^n b^2n, with n up to 4 unless the name
    says otherwise.
    """

    srn_anb2n: Count = Field(200, alias="srn-anb2n")
    """SRN on a^n b^2n."""

    lstm_anb2nc3n: Count = Field(60, alias="lstm-anb2nc3n")
    """LSTM on a^n b^2n c^3n."""

    srn_anbn: CountOrNone = Field(50, alias="srn-anbn")
    """Control, SRN on a^n b^n; 0 leaves it out."""

    srn_anbn_to10: FewOrNone = Field(50, alias="srn-anbn-to10")
    """Control, SRN on a^n b^n with n up to 10; 0 leaves it out."""

    lstm_anbncn: CountOrNone = Field(20, alias="lstm-anbncn")
    """Control, LSTM on a^n b^n c^n; 0 leaves it out."""

    srn_anb2n_to10: FewOrNone = Field(0, alias="srn-anb2n-to10")
    """SRN on a^n b^2n with n up to 10; 0 leaves it out."""


class Sequences(Block):
    """The fourth study, recurrent networks that count. The defaults are the published protocol."""

    srn_hidden: Literal[2] = 2
    """Hidden units of the SRN; fixed, because its state space is drawn in two dimensions."""

    lstm_hidden: Literal[3] = 3
    """Hidden units of the LSTM; fixed, because its state space is drawn in three dimensions."""

    steps: Epochs = 100_000
    """Updates in each training, one new example each; a multiple of `interval`."""

    interval: Epochs = 1000
    """Updates between two snapshots of the weights, from which learning is measured."""

    learning_rate: Positive = 0.005
    """Step size."""

    weight_decay: Number = Field(0.0001, ge=0)
    """Weight decay."""

    optimiser: Literal["sgd", "adam"] = "sgd"
    """Stochastic gradient descent without momentum, as published, or Adam."""

    restarts: Restarts = Restarts()

    @model_validator(mode="after")
    def check_snapshots(self) -> Sequences:
        """Refuse a last step that is not measured, and more snapshots than memory holds."""
        snapshots, rest = divmod(self.steps, self.interval)
        if rest:
            near = max(1, round(self.steps / self.interval)) * self.interval
            raise ValueError(
                f"`sequences: steps` is {self.steps}, expected a multiple of `sequences: interval`, "
                f"{self.interval}, so that the last step is measured; {near} would do."
            )
        if snapshots > MAX_SNAPSHOTS:
            raise ValueError(
                f"`sequences: interval` is {self.interval}, which makes {snapshots:,} snapshots of each "
                f"restart, expected at most {MAX_SNAPSHOTS:,}; {self.steps // MAX_SNAPSHOTS} or more "
                "would do."
            )
        return self


class ConfusionsNotebook(Block):
    """A pair of classes that a network confuses."""

    model: Family = "netconv"
    """The network: netlin, netfull, netconv or one of your own."""

    target: Label | None = None
    """Label of the true class; null for any."""

    chosen: Label | None = None
    """Label of the class that the network chooses instead; null for any. Of the pairs that match, the one
    that is confused most often is shown."""


class StateSpaceNotebook(Block):
    """The states of a recurrent network along a string."""

    tasks: Distinct[
        Literal["srn-anb2n", "lstm-anb2nc3n", "srn-anbn", "srn-anbn-to10", "lstm-anbncn", "srn-anb2n-to10"]
    ] = ["srn-anb2n", "lstm-anb2nc3n"]
    """Tasks, one page each; `sequences: restarts` explains their names."""

    seed: CountOrNone | None = None
    """Seed of the network; null for the first that solved the task."""

    n: int = Field(4, ge=1, le=12)
    """Number of A's in the string."""


class Notebooks(Block):
    """Notebooks that read the evidence and show it step by step.

    They run with the values below and are saved in `results/<run>/notebooks/`; you can rerun them in Jupyter
    with other values.
    """

    run: Distinct[Literal["confusions", "width_sweep", "state_space"]] = [
        "confusions",
        "width_sweep",
        "state_space",
    ]
    """Which of confusions, width_sweep and state_space to run; an empty list leaves them out."""

    confusions: ConfusionsNotebook = ConfusionsNotebook()
    state_space: StateSpaceNotebook = StateSpaceNotebook()


class Config(Block):
    """What is studied; the profiles set where and how it runs."""

    run: Annotated[
        str,
        Field(max_length=60),
        form(
            "^[a-z0-9][a-z0-9_-]*$", "of lower-case letters a to z, digits, - and _, not starting with - or _"
        ),
    ] = "kmnist"
    """Name of the run; its results go to `results/<run>/`. `kmnist` is reserved for the real data set,
    `compare` for comparisons of runs."""

    seeds: int = Field(10, ge=1, le=1000)
    """How many times each network is trained; the seeds are 0, 1, ... seeds - 1."""

    studies: Annotated[Distinct[Literal[*STUDIES]], AfterValidator(in_their_order)] = Field(
        [*STUDIES], min_length=1
    )
    """Which of characters, checkerboard, encoders and sequences to run, in any order; the others are neither
    planned nor shown. Without characters no images are needed. With make: `STUDIES=characters,encoders`."""

    report: Report = Report()
    dataset: Dataset = Dataset()
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks are trained; `auto` uses a GPU if there is one. Rules request the resource `gpu` only if
    they train on one."""

    training: Training = Training()
    characters: Characters = Characters()
    statistics: Statistics = Statistics()
    sensitivity: Sensitivity = Sensitivity()
    sweep: Sweep = Sweep()
    checkerboard: Checkerboard = Checkerboard()
    encoders: Encoders = Encoders()
    sequences: Sequences = Sequences()
    notebooks: Notebooks = Notebooks()
    # Slurm's <name>, <name>:<number> or <name>:<type>:<number>.
    gres: Annotated[
        str, form("^(gpu(:[A-Za-z0-9_.]+)?(:[1-9][0-9]*)?)?$", "such as gpu:1 or gpu:<type>:1, or empty")
    ] = ""
    """What training on a GPU requests from Slurm with `--gres`, such as `gpu:1`, for sites that allocate GPUs
    only that way; `profiles/slurm-gres` sets it. If empty, it requests `--gpus=1`."""

    @model_validator(mode="after")
    def check_run(self) -> Config:
        """Refuse other data under the name of the real ones, and the folder of comparisons."""
        if self.run == "compare":
            raise ValueError(
                "`run` is compare; the name is reserved, because `make compare` writes into results/compare; "
                "choose another, for example `run: compared`."
            )
        if self.run == "kmnist" != self.dataset.name:
            raise ValueError(
                f"`run` is kmnist but `dataset: name` is {self.dataset.name}; the name is reserved for the "
                f"real data set, choose another, for example `run: {self.dataset.name}`."
            )
        return self

    @model_validator(mode="before")
    @classmethod
    def leave_out_ablations(cls, written: dict[str, Any]) -> dict[str, Any]:
        """By default nothing is compared with a setting that the main study has itself."""
        training, block = (written.get(key) or {} for key in ("training", "sensitivity"))
        if not (isinstance(training, Mapping) and isinstance(block, Mapping)):
            return written
        none = {
            key: [] for key, change in CHANGED_SETTINGS.items() if training.get(change.key) == change.value
        }
        return {**written, "sensitivity": {**none, **block}} if none else written

    @model_validator(mode="after")
    def check_networks(self) -> Config:
        """Refuse a network that is neither one of the three nor one of the user's own."""
        known = [*FAMILIES, *self.characters.networks]
        for key, names in {
            "sensitivity: order": self.sensitivity.order,
            "sensitivity: precision": self.sensitivity.precision,
            "sweep: networks": self.sweep.networks,
            "notebooks: confusions: model": [self.notebooks.confusions.model],
        }.items():
            if unknown := [name for name in names if name not in known]:
                raise ValueError(
                    f"`{key}` names {unknown[0][:60]!r}, expected one of {', '.join(known)}; networks of "
                    "your own are named in `characters: networks`."
                )
        return self

    @model_validator(mode="after")
    def check_together(self) -> Config:
        """Refuse what no machine can plan or keep, though each key alone is within its bounds."""
        sweep = self.sweep
        swept_widths = sweep.values if sweep.setting == "hidden" else []
        widths = {self.characters.hidden, *self.characters.widths, *swept_widths}
        networks = len(widths) + 2 + len(self.characters.networks)
        encoders, units, sequences = self.encoders, self.checkerboard, self.sequences
        snapshots = sequences.steps // sequences.interval + 1
        # Planned in a minute, or kept in the memory that a job requests; published are 20 to 200 times fewer.
        limits = [
            (10_000, "networks to train", "seeds", self.seeds, "characters: widths", networks),
            (
                10_000,
                "networks to train",
                "sweep: seeds",
                sweep.seeds or DEFAULT_SEEDS,
                "sweep: values",
                len(sweep.values) * len(sweep.networks),
            ),
            (20_000_000, "draws", "seeds", self.seeds, "statistics: resamples", self.statistics.resamples),
            (
                50_000,
                "snapshots",
                "encoders: seeds",
                encoders.seeds,
                "snapshots",
                len(encoders.snapshots) + 1,
            ),
            (10**6, "units", "checkerboard: restarts", units.restarts, "hidden", max(units.hidden)),
            *(
                (
                    200_000,
                    "snapshots",
                    f"sequences: restarts: {task}",
                    count,
                    "sequences: interval",
                    snapshots,
                )
                for task, count in sequences.restarts.model_dump(by_alias=True).items()
            ),
        ]
        for limit, what, key, count, other, times in limits:
            if count * times > limit:
                raise ValueError(
                    f"`{key}` is {count}, which with `{other}` makes {count * times:,} {what}, expected at "
                    f"most {limit:,}; {limit // times} would do."
                )
        return self


def resolve(config: Mapping[str, Any], files: Sequence[str] = ()) -> dict:
    """The configuration with all defaults, checked.

    Args:
        config: the merged contents of the configuration files.
        files: the names of those files, for messages.

    Raises:
        StudyError: an unknown key, a value of the wrong type or range, or values that contradict each other.
    """
    place = f"config ({', '.join(files)})" if files else "config"
    try:
        checked = Config.model_validate(dict(config))
    except ValidationError as found:
        # The shallowest error first: it is the one the others follow from.
        error = min(found.errors(include_url=False), key=lambda error: len(error["loc"]))
        raise StudyError(f"{place}: {explain(error, json_schema())}") from None
    return in_order_of(config, checked.model_dump(by_alias=True))


@cache
def json_schema() -> dict:
    """The models as a JSON schema, for messages and for the reference page."""
    schema = Config.model_json_schema()
    return inlined(schema, schema["$defs"])


def defaults() -> dict:
    """Every key with its default."""
    return Config().model_dump(by_alias=True)


def in_order_of(written: Mapping[str, Any], filled: Mapping[str, Any]) -> dict:
    """A filled-in block with the keys that somebody wrote first, in their order."""
    return {
        key: in_order_of(written[key], filled[key])
        if isinstance(written.get(key), Mapping) and isinstance(filled[key], Mapping)
        else filled[key]
        for key in [*written, *(key for key in filled if key not in written)]
    }


def ignored_keys(config: Mapping[str, Any]) -> list[str]:
    """A sentence for each key of `dataset` that is set and means nothing to the kind of data that is chosen.

    Args:
        config: resolved; a key with its default counts as not set.
    """
    dataset, unset = config["dataset"], defaults()["dataset"]
    owners = {key: [name for name, provider in PROVIDERS.items() if key in provider.keys] for key in unset}
    return [
        f"config: `dataset: {key}` has no effect with `dataset: name: {dataset['name']}`, for it belongs to "
        f"{' and '.join(owners[key])}; leave it out."
        for key in unset
        if owners[key] and dataset["name"] not in owners[key] and dataset[key] != unset[key]
    ]


def write_reference(page: Path) -> None:
    """Replace the tables of config/README.md by those of the models; the text above them stays."""
    start = "## Top level"
    head = page.read_text(encoding="utf-8").partition(start)[0]
    page.write_text(head + reference(json_schema()), encoding="utf-8")


if __name__ == "__main__":
    write_reference(Path("config/README.md"))
