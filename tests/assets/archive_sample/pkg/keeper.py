"""Keeping models in archives."""

import json
import os
import pickle
import tempfile
import zipfile

from pkg import params


class Keeper:
    """Writes and reads bundles."""

    @staticmethod
    def save_one(model, folder):
        """Save one model with a snapshot of the configuration."""
        snapshot = params.cfg.copy()
        with open(os.path.join(folder, "model.pickle"), "wb") as file:
            pickle.dump(model, file)
        with open(os.path.join(folder, "params.json"), "w") as file:
            json.dump(snapshot, file)

    @staticmethod
    def save_all(models, base):
        """Save all models in one archive."""
        with tempfile.TemporaryDirectory() as folder:
            for name, model in models.items():
                below = os.path.join(folder, name)
                os.makedirs(below)
                Keeper.save_one(model, below)
            with zipfile.ZipFile(f"{base}.zip", "w") as archive:
                for root, _, files in os.walk(folder):
                    for file in files:
                        archive.write(os.path.join(root, file), file)

    @staticmethod
    def load_one(folder):
        """Load one model and bring its configuration back."""
        with open(os.path.join(folder, "params.json")) as file:
            params.cfg.update(json.load(file))
        with open(os.path.join(folder, "model.pickle"), "rb") as file:
            return pickle.load(file)

    @staticmethod
    def load_all(base):
        """Load all models of an archive."""
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(f"{base}.zip", "r") as archive:
                archive.extractall(folder)
            return {name: Keeper.load_one(os.path.join(folder, name)) for name in os.listdir(folder)}


def save(models, prefix):
    """Save the bundle under the configured name."""
    Keeper.save_all(models, os.path.join(prefix, params.get("file_name")))
