"""Training with Lightning: `python -m ptycho_torch.train --ptycho_dir data --output_dir outputs`.

The result is a Lightning checkpoint. Runs are tracked with MLflow where it is installed and not switched off.
"""

import argparse
import os
from dataclasses import asdict
from pathlib import Path

import lightning as L
import torch
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

from ptycho_torch.config_params import DataConfig, ModelConfig, TrainingConfig
from ptycho_torch.dataloader import PtychoDataModule
from ptycho_torch.model import PtychoPINN

try:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow
except ImportError:
    mlflow = None


def set_seed(seed):
    """Seed all generators and allow deterministic kernels and one CPU thread only."""
    L.seed_everything(seed, workers=True, verbose=False)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)


def make_model(data_module, data_config, model_config, training_config):
    """A fresh network for the scan that a data module has set up."""
    return PtychoPINN(
        probe=data_module.probe,
        channels=data_config.channels,
        filters=model_config.filters,
        learning_rate=training_config.learning_rate,
        intensity_scale=data_module.intensity_scale,
        train_scale=model_config.intensity_scale_trainable,
    )


def make_trainer(training_config, callbacks, output_dir):
    """A trainer that writes nothing but the checkpoints of its callbacks."""
    return L.Trainer(
        max_epochs=training_config.epochs,
        accelerator=training_config.device,
        devices=1,
        callbacks=callbacks,
        default_root_dir=str(output_dir),
        num_sanity_val_steps=0,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        deterministic=True,
    )


def track_run(output_dir, parameters, metrics):
    """Log one finished run to the MLflow store `<output_dir>/mlruns`, kept as plain files."""
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((Path(output_dir).resolve() / "mlruns").as_uri())
    mlflow.set_experiment("ptycho_torch")
    with mlflow.start_run():
        mlflow.log_params(parameters)
        mlflow.log_metrics(metrics)


def main(ptycho_dir, output_dir, existing_config=None, disable_mlflow=False):
    """Train on the scan of a folder.

    Args:
        ptycho_dir: folder with an `.npz` scan.
        output_dir: folder for the checkpoints.
        existing_config: (DataConfig, ModelConfig, TrainingConfig), defaults if None.
        disable_mlflow: track nothing, even if MLflow is installed.

    Returns:
        path of the best checkpoint and the final metrics.
    """
    data_config, model_config, training_config = existing_config or (DataConfig(), ModelConfig(), TrainingConfig())
    set_seed(training_config.seed)
    data_module = PtychoDataModule(ptycho_dir, data_config, training_config)
    data_module.setup("fit")
    model = make_model(data_module, data_config, model_config, training_config)

    checkpoint_callback = ModelCheckpoint(
        dirpath=str(Path(output_dir) / "checkpoints"),
        filename="best-checkpoint",
        monitor="val_loss",
        mode="min",
        save_top_k=1,
        save_last=True,
    )
    early_stop_callback = EarlyStopping(monitor="val_loss", mode="min", patience=training_config.patience)
    trainer = make_trainer(training_config, [checkpoint_callback, early_stop_callback], output_dir)
    trainer.fit(model, datamodule=data_module)

    metrics = {name: float(value) for name, value in sorted(trainer.callback_metrics.items())}
    if disable_mlflow:
        print("mlflow: switched off")
    elif mlflow is None:
        print("mlflow: not installed, the run is not tracked")
    else:
        track_run(output_dir, {**asdict(data_config), **asdict(model_config), **asdict(training_config)}, metrics)
        print("mlflow: run tracked")
    return checkpoint_callback.best_model_path, metrics


def parse_arguments(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train the PyTorch network on a scan.")
    parser.add_argument("--ptycho_dir", type=Path, required=True, help="folder with an .npz scan")
    parser.add_argument("--output_dir", type=Path, default=Path("outputs"), help="folder for the checkpoints")
    parser.add_argument("--epochs", type=int, default=1, help="epochs")
    parser.add_argument("--disable_mlflow", action="store_true", help="track nothing")
    return parser.parse_args(argv)


def cli_main(argv=None):
    """Run the training that the command line describes and print its result."""
    args = parse_arguments(argv)
    configs = (DataConfig(), ModelConfig(), TrainingConfig(epochs=args.epochs))
    checkpoint, metrics = main(args.ptycho_dir, args.output_dir, configs, disable_mlflow=args.disable_mlflow)
    for name, value in metrics.items():
        print(f"{name}: {value:.6f}")
    print(f"checkpoint: {Path(checkpoint).name}")


if __name__ == "__main__":
    cli_main()
