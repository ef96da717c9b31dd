from pathlib import Path

from tests.chain.asking import ask

SOURCE = '''
import pickle


class Layer:
    """A part of a model."""


def loss(a, b):
    """A measure."""
    return a - b


def save(path):
    """Save the custom objects of the model."""
    custom = {"Layer": Layer, "loss": loss, "number": 3}
    write(custom, path)


def write(objects, path):
    """Write objects to a pickle file."""
    with open(path + "/objects.pickle", "wb") as file:
        pickle.dump(objects, file)
'''


def test_a_pickle_of_classes_says_what_it_holds_by_reference(tmp_path: Path):
    (tmp_path / "keeping.py").write_text(SOURCE)
    chain = ask(tmp_path, "How does `save` write the pickle file?").chain
    (artefact,) = chain.artefacts
    assert artefact.name == "objects.pickle"
    assert "holds by reference: Layer, loss" in artefact.note
    assert [stage.symbol for stage in chain.flows[0].chain] == ["keeping.py::save", "keeping.py::write"]
