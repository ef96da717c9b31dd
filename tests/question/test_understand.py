import pytest

from callchain.model.errors import CallchainError
from callchain.question.understand import understand

BRIEF = (
    "How does the TensorFlow workflow produce and consume `wts.h5.zip` bundles (train → "
    "`ModelManager.save_multiple_models` → archive layout → `load_inference_bundle`), and which touchpoints must "
    "the PyTorch backend replicate? Contrast with Lightning checkpoint + MLflow outputs in `pkg_torch.train`."
)


def test_identifiers_files_arrows_and_contrast_of_a_long_question():
    question = understand(BRIEF)
    assert question.files == ("wts.h5.zip",)
    assert "ModelManager.save_multiple_models" in question.identifiers
    assert question.arrows == (
        ("train", "ModelManager.save_multiple_models", "archive layout", "load_inference_bundle"),
    )
    assert question.contrast == "pkg_torch.train"
    assert question.contrast_words == ("lightning", "checkpoint", "mlflow", "outputs")
    assert "checkpoint" not in question.words
    assert "produce" in question.words


def test_words_of_a_question_that_names_no_code():
    question = understand("How does a simple HTTP GET end up as bytes sent over the socket?")
    assert question.words == ("http", "get", "bytes", "sent", "socket")
    assert question.identifiers == ()


@pytest.mark.parametrize(
    ("text", "identifiers", "files"),
    [
        ("What calls save_model()?", ("save_model",), ()),
        ("See src/app.py:10-20 and `Runner.run`", ("src/app.py:10-20", "Runner.run"), ()),
        ("How does NoUTurnSampler step", ("NoUTurnSampler",), ()),
        ("Who reads config.yaml, e.g. on start", (), ("config.yaml",)),
        ("Where is `store.put(key, value)` used", ("store.put",), ()),
    ],
)
def test_names_in_their_forms(text: str, identifiers: tuple[str, ...], files: tuple[str, ...]):
    question = understand(text)
    assert question.identifiers == identifiers
    assert question.files == files


def test_arrows_in_ascii_with_calls():
    assert understand("Trace main() -> load_config -> Runner.run; then stop").arrows == (
        ("main", "load_config", "Runner.run"),
    )


def test_what_the_user_gives_wins_over_the_text():
    question = understand(
        "a versus `b.c`", contrast="x.y", hints=("archive",), namespaces=("pkg",), initiative_id="I-1"
    )
    assert (question.contrast, question.scope_hints, question.namespaces) == ("x.y", ("archive",), ("pkg",))


def test_an_empty_question_is_an_error():
    with pytest.raises(CallchainError, match="empty"):
        understand("  ")
