"""The works that the report cites: by what a template calls them, as its list of references has them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """A work, cited as `(names, year)`."""

    names: str
    year: int
    authors: str
    title: str
    place: str  # journal, volume and pages, or publisher
    url: str


JASA = "Journal of the American Statistical Association"
REFERENCES = {
    "clanuwat": Reference(
        "Clanuwat and others",
        2018,
        "T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto and D. Ha",
        "Deep Learning for Classical Japanese Literature",
        "arXiv:1812.01718",
        "https://arxiv.org/abs/1812.01718",
    ),
    "efron": Reference(
        "Efron",
        1987,
        "B. Efron",
        "Better Bootstrap Confidence Intervals",
        f"{JASA} 82, 171–185",
        "https://doi.org/10.1080/01621459.1987.10478410",
    ),
    "elman": Reference(
        "Elman",
        1990,
        "J. L. Elman",
        "Finding Structure in Time",
        "Cognitive Science 14, 179–211",
        "https://doi.org/10.1207/s15516709cog1402_1",
    ),
    "hesterberg": Reference(
        "Hesterberg",
        2015,
        "T. C. Hesterberg",
        "What Teachers Should Know About the Bootstrap",
        "The American Statistician 69, 371–386",
        "https://doi.org/10.1080/00031305.2015.1089789",
    ),
    "hochreiter": Reference(
        "Hochreiter and Schmidhuber",
        1997,
        "S. Hochreiter and J. Schmidhuber",
        "Long Short-Term Memory",
        "Neural Computation 9, 1735–1780",
        "https://doi.org/10.1162/neco.1997.9.8.1735",
    ),
    "holm": Reference(
        "Holm",
        1979,
        "S. Holm",
        "A Simple Sequentially Rejective Multiple Test Procedure",
        "Scandinavian Journal of Statistics 6, 65–70",
        "https://www.jstor.org/stable/4615733",
    ),
    "kaufman": Reference(
        "Kaufman and Rousseeuw",
        1990,
        "L. Kaufman and P. J. Rousseeuw",
        "Finding Groups in Data: An Introduction to Cluster Analysis",
        "Wiley",
        "https://doi.org/10.1002/9780470316801",
    ),
    "rodriguez": Reference(
        "Rodriguez and others",
        1999,
        "P. Rodriguez, J. Wiles and J. L. Elman",
        "A Recurrent Neural Network that Learns to Count",
        "Connection Science 11, 5–40",
        "https://doi.org/10.1080/095400999116340",
    ),
    "rousseeuw": Reference(
        "Rousseeuw",
        1987,
        "P. J. Rousseeuw",
        "Silhouettes: A Graphical Aid to the Interpretation and Validation of Cluster Analysis",
        "Journal of Computational and Applied Mathematics 20, 53–65",
        "https://doi.org/10.1016/0377-0427(87)90125-7",
    ),
    "wilson": Reference(
        "Wilson",
        1927,
        "E. B. Wilson",
        "Probable Inference, the Law of Succession, and Statistical Inference",
        f"{JASA} 22, 209–212",
        "https://doi.org/10.1080/01621459.1927.10502953",
    ),
}
