"""Building blocks of a run: configuration, training, results and a trained model for inference.

Training does not save the models: a script that wants to keep them calls `ptycho.model_manager.save`.
"""

import argparse
import json
import logging
import os
from dataclasses import fields
from pathlib import Path

import numpy as np

from ptycho import loader, params, probe
from ptycho.config.config import ModelConfig, TrainingConfig, update_legacy_dict
from ptycho.image.stitching import stitch_objects
from ptycho.model_manager import ModelManager
from ptycho.provenance import describe_code_version

logger = logging.getLogger(__name__)


class InferenceModel:
    """A loaded network with the parameters it was trained with; all else is asked of the Keras model."""

    def __init__(self, model, parameters):
        self._model = model
        self.parameters = parameters

    def __getattr__(self, name):
        # Private names are not passed on: while the object is being copied there is no model to ask yet.
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._model, name)

    def reconstruct(self, container):
        """Complex objects (groups, N, N, 1) of a container."""
        amplitude = container.X * np.float32(self.parameters["intensity_scale"])
        return self.predict_on_batch([amplitude, container.positions])


def parse_arguments(argv=None):
    """Read the command line of a training run; each field of the configuration may be given."""
    parser = argparse.ArgumentParser(description="Train on simulated data and save the models.")
    parser.add_argument("--output_dir", type=Path, default=Path("outputs"), help="folder for all results")
    parser.add_argument("--N", type=int, default=64, help="side of a diffraction pattern, pixels")
    parser.add_argument("--gridsize", type=int, default=2, help="patches per side of a region")
    parser.add_argument("--n_filters_scale", type=int, default=1, help="width of the network")
    parser.add_argument("--nepochs", type=int, default=1, help="epochs")
    parser.add_argument("--batch_size", type=int, default=8, help="groups per step")
    parser.add_argument("--n_groups", type=int, default=16, help="groups to draw from the scan")
    parser.add_argument("--nphotons", type=float, default=1e9, help="photons per pattern")
    parser.add_argument("--seed", type=int, default=42, help="of weights, data and groups")
    return parser.parse_args(argv)


def setup_configuration(args):
    """Make the configuration of a run from its command line and publish it in `params.cfg`.

    Args:
        args: namespace; attributes that are no fields of the configuration are left alone.

    Returns:
        TrainingConfig.
    """
    given = vars(args)
    model_config = ModelConfig(**{f.name: given[f.name] for f in fields(ModelConfig) if f.name in given})
    names = [f.name for f in fields(TrainingConfig) if f.name in given]
    config = TrainingConfig(model=model_config, **{name: given[name] for name in names})
    update_legacy_dict(params.cfg, config)
    params.validate()
    return config


def create_ptycho_data_container(data, config):
    """Group and normalise a scan as the configuration says; a container is passed through."""
    if isinstance(data, loader.PtychoDataContainer):
        return data
    geometry = config.model
    return loader.load(
        data, geometry.N, geometry.gridsize, config.n_groups, config.neighbor_count, seed=config.seed
    )


def train_cdi_model(train_data, test_data, config):
    """Train on a scan and reconstruct another one.

    Args:
        train_data: RawData or PtychoDataContainer.
        test_data: the same, or None.
        config: TrainingConfig.

    Returns:
        dict of `ptycho.train_pinn.train_eval`, with the containers.
    """
    from ptycho import train_pinn

    train_container = create_ptycho_data_container(train_data, config)
    test_container = None if test_data is None else create_ptycho_data_container(test_data, config)
    probe.set_probe_guess(train_container.probe)
    results = train_pinn.train_eval(train_container, test_container)
    return {**results, "train_container": train_container, "test_container": test_container}


def reassemble_cdi_image(results):
    """Modulus and phase (radians) of the image stitched from the reconstructed objects."""
    image = stitch_objects(results["objects"], results["test_container"].centers)
    return np.abs(image), np.angle(image)


def run_cdi_example(train_data, test_data, config):
    """Train and, with test data, reconstruct. The models stay in memory; nothing is saved.

    Returns:
        modulus, phase (None without test data) and the dict of `train_cdi_model`.
    """
    update_legacy_dict(params.cfg, config)
    results = train_cdi_model(train_data, test_data, config)
    if test_data is None:
        return None, None, results
    amplitude, phase = reassemble_cdi_image(results)
    return amplitude, phase, results


def save_outputs(amplitude, phase, results, output_dir):
    """Write the image (`amplitude.npy`, `phase.npy`) and `metrics.json` with losses and the code version."""
    os.makedirs(output_dir, exist_ok=True)
    if amplitude is not None:
        np.save(os.path.join(output_dir, "amplitude.npy"), amplitude.astype(np.float32))
        np.save(os.path.join(output_dir, "phase.npy"), phase.astype(np.float32))
    metrics = {
        "history": results["history"],
        "intensity_scale": results["intensity_scale"],
        "code_version": describe_code_version(),
    }
    with open(os.path.join(output_dir, "metrics.json"), "w", encoding="utf-8") as f:
        json.dump(metrics, f, indent=2, sort_keys=True)
    logger.info("results written")


def load_inference_bundle(model_dir):
    """Load the trained network of a run for inference.

    Loading restores the parameters of the training into `params.cfg`.

    Args:
        model_dir: folder that holds `wts.h5.zip`.

    Returns:
        InferenceModel and a copy of the restored parameters.

    Raises:
        FileNotFoundError: if the folder holds no archive.
    """
    base_path = os.path.join(model_dir, params.get("h5_path"))
    models = ModelManager.load_multiple_models(base_path, ["diffraction_to_obj"])
    parameters = dict(params.cfg)
    logger.info("bundle restored %d parameters", len(parameters))
    return InferenceModel(models["diffraction_to_obj"], parameters), parameters
