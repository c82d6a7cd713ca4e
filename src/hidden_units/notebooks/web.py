"""An executed notebook as one HTML page that asks the network for nothing."""

from __future__ import annotations

from pathlib import Path

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from hidden_units.report.fonts import font_faces


def render_notebook(notebook: NotebookNode, title: str, templates: Path, style: str) -> str:
    """The page of a notebook, in the report's look.

    nbconvert's own pages load scripts for mathematics from elsewhere; this template has none.

    Args:
        templates: the folder that holds `notebook/`, a template of nbconvert's.
        style: the style sheet, put inside the page with the glyphs that it uses.
    """
    exporter = HTMLExporter(template_name="notebook", extra_template_basedirs=[str(templates)])
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    resources = {"title": title, "style": style, "fonts": ""}
    draft, _ = exporter.from_notebook_node(notebook, resources=dict(resources))
    page, _ = exporter.from_notebook_node(notebook, resources=resources | {"fonts": font_faces(draft)})
    return page
