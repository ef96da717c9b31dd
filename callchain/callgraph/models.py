"""Builtins and standard functions whose meaning a rule file cannot say, by their dotted names."""

from __future__ import annotations

from callchain.callgraph.arguments import Model
from callchain.callgraph.class_models import CLASS_MODELS
from callchain.callgraph.name_models import NAME_MODELS
from callchain.callgraph.text_models import TEXT_MODELS
from callchain.callgraph.value_models import VALUE_MODELS

MODELS: dict[str, Model] = {**CLASS_MODELS, **NAME_MODELS, **TEXT_MODELS, **VALUE_MODELS}
