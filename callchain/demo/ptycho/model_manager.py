"""Trained models in one archive, and back.

`wts.h5.zip` holds `manifest.dill` and one folder a model with

- `model.keras`: architecture and weights,
- `custom_objects.dill`: the custom classes and losses, pickled by reference,
- `params.dill`: the global parameters at the time of saving, with a format version,
- `model.h5`: HDF5 attributes for tools that do not read Keras files.
"""

import logging
import os
import tempfile
import zipfile

import dill
import h5py
import keras

from ptycho import params

logger = logging.getLogger(__name__)

FORMAT_VERSION = "1.0"


class ModelManager:
    """Saving and loading of trained models."""

    @staticmethod
    def save_model(model, model_dir, custom_objects, intensity_scale):
        """Write the four files of one model.

        Args:
            model: trained Keras model.
            model_dir: folder to write into, created if missing.
            custom_objects: name → class or function that Keras needs to rebuild the model.
            intensity_scale: sqrt(photons) per unit of normalised amplitude.
        """
        os.makedirs(model_dir, exist_ok=True)
        model.save(os.path.join(model_dir, "model.keras"))

        with open(os.path.join(model_dir, "custom_objects.dill"), "wb") as f:
            dill.dump(custom_objects, f)

        params_dict = params.cfg.copy()
        params_dict["intensity_scale"] = intensity_scale
        params_dict["_version"] = FORMAT_VERSION
        with open(os.path.join(model_dir, "params.dill"), "wb") as f:
            dill.dump(params_dict, f)

        with h5py.File(os.path.join(model_dir, "model.h5"), "a") as hf:
            hf.attrs["intensity_scale"] = intensity_scale
        logger.info("saved %s", os.path.basename(model_dir))

    @staticmethod
    def load_model(model_dir):
        """Rebuild one model and restore the global parameters it was trained with.

        A blank network is built for the stored geometry and takes over the stored weights.

        Args:
            model_dir: folder with the four files of a model; its name says which network it is.

        Returns:
            the Keras model.

        Raises:
            ValueError: if the stored parameters lack the geometry, or the format is of a later version.
        """
        with open(os.path.join(model_dir, "params.dill"), "rb") as f:
            loaded_params = dill.load(f)

        version = loaded_params.pop("_version", FORMAT_VERSION)
        if version != FORMAT_VERSION:
            raise ValueError(f"archive format {version} is not {FORMAT_VERSION}")
        gridsize = loaded_params.get("gridsize")
        N = loaded_params.get("N")
        if gridsize is None or N is None:
            raise ValueError(f"stored parameters lack the geometry: gridsize={gridsize}, N={N}")

        params.cfg.update(loaded_params)

        with open(os.path.join(model_dir, "custom_objects.dill"), "rb") as f:
            custom_objects = dill.load(f)

        # The model module builds networks at its import and must see the restored parameters.
        from ptycho.model import create_model_with_gridsize

        autoencoder, diffraction_to_obj = create_model_with_gridsize(gridsize, N)
        blank_models = {"autoencoder": autoencoder, "diffraction_to_obj": diffraction_to_obj}
        model = blank_models[os.path.basename(model_dir)]

        stored = keras.models.load_model(
            os.path.join(model_dir, "model.keras"), custom_objects=custom_objects, compile=False
        )
        model.set_weights(stored.get_weights())
        logger.info("loaded %s", model.name)
        return model

    @staticmethod
    def save_multiple_models(models, base_path, custom_objects, intensity_scale):
        """Write several models into `<base_path>.zip`.

        Args:
            models: name → trained Keras model.
            base_path: path of the archive without `.zip`.
            custom_objects: as for `save_model`.
            intensity_scale: as for `save_model`.

        Returns:
            the path of the archive.
        """
        zip_path = f"{base_path}.zip"
        os.makedirs(os.path.dirname(zip_path) or ".", exist_ok=True)
        with tempfile.TemporaryDirectory() as temp_dir:
            manifest = {"models": list(models), "version": FORMAT_VERSION}
            with open(os.path.join(temp_dir, "manifest.dill"), "wb") as f:
                dill.dump(manifest, f)

            for name, model in models.items():
                ModelManager.save_model(model, os.path.join(temp_dir, name), custom_objects, intensity_scale)

            with zipfile.ZipFile(zip_path, "w", zipfile.ZIP_DEFLATED) as zf:
                for member in list_files(temp_dir):
                    zf.write(os.path.join(temp_dir, member), member)
        return zip_path

    @staticmethod
    def load_multiple_models(base_path, model_names=None):
        """Load models from `<base_path>.zip`.

        Args:
            base_path: path of the archive without `.zip`.
            model_names: which models; all that the manifest lists if None.

        Returns:
            dict of name → Keras model.

        Raises:
            FileNotFoundError: if there is no archive.
            ValueError: if a wanted model is not in it.
        """
        zip_path = f"{base_path}.zip"
        if not os.path.exists(zip_path):
            raise FileNotFoundError(f"no model archive at {zip_path}")
        with tempfile.TemporaryDirectory() as temp_dir:
            with zipfile.ZipFile(zip_path, "r") as zf:
                zf.extractall(temp_dir)
            with open(os.path.join(temp_dir, "manifest.dill"), "rb") as f:
                manifest = dill.load(f)

            wanted = manifest["models"] if model_names is None else model_names
            missing = sorted({*wanted} - {*manifest["models"]})
            if missing:
                raise ValueError(f"{zip_path} has no model {', '.join(missing)}")
            return {name: ModelManager.load_model(os.path.join(temp_dir, name)) for name in wanted}


def list_files(folder):
    """Paths of all files below a folder, relative to it and sorted, with forward slashes."""
    found = []
    for root, _, names in os.walk(folder):
        found.extend(os.path.relpath(os.path.join(root, name), folder) for name in names)
    return sorted(path.replace(os.sep, "/") for path in found)


def save(out_prefix):
    """Save the networks of the current run to `<out_prefix>/wts.h5.zip`.

    Returns:
        the path of the archive.
    """
    from ptycho import custom_layers, model, tf_helper

    custom_objects = {
        "IntensityScaler": model.IntensityScaler,
        "IntensityUnscaler": model.IntensityUnscaler,
        "ProbeIllumination": model.ProbeIllumination,
        "negloglik": model.negloglik,
        "Translation": tf_helper.Translation,
        "CenterMask": tf_helper.CenterMask,
        "realspace_loss": tf_helper.realspace_loss,
        "BranchActivation": custom_layers.BranchActivation,
        "CombineComplex": custom_layers.CombineComplex,
        "PadReconstruction": custom_layers.PadReconstruction,
        "ReassemblePatches": custom_layers.ReassemblePatches,
        "ExtractPatches": custom_layers.ExtractPatches,
        "TrimReconstruction": custom_layers.TrimReconstruction,
        "ObjectAmplitude": custom_layers.ObjectAmplitude,
        "ChannelToFlat": custom_layers.ChannelToFlat,
        "FlatToChannel": custom_layers.FlatToChannel,
        "FarFieldDiffraction": custom_layers.FarFieldDiffraction,
        "SquareAmplitude": custom_layers.SquareAmplitude,
    }
    models = {"autoencoder": model.autoencoder, "diffraction_to_obj": model.diffraction_to_obj}
    base_path = os.path.join(out_prefix, params.get("h5_path"))
    return ModelManager.save_multiple_models(models, base_path, custom_objects, params.get("intensity_scale"))
