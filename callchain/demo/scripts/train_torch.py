"""Simulate a scan and train the PyTorch network on it: `python train_torch.py --output_dir outputs`."""

import argparse
import logging
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def parse_arguments(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train the PyTorch network on simulated data.")
    parser.add_argument("--output_dir", type=Path, default=Path("outputs"), help="folder for all results")
    parser.add_argument("--epochs", type=int, default=1, help="epochs")
    parser.add_argument("--seed", type=int, default=42, help="of the simulated scan")
    parser.add_argument("--disable_mlflow", action="store_true", help="track nothing")
    return parser.parse_args(argv)


def silence_advice():
    """Keep Lightning's product tips, its advice on data workers and its own deprecations out of the output."""
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    # The scan fits in memory, and one process keeps its order.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    warnings.filterwarnings("ignore", message=".*LeafSpec.*")


def main(argv=None):
    """Write `<output_dir>/scan/mock.npz` and train on it."""
    from ptycho import diffsim, probe
    from ptycho_torch import train

    args = parse_arguments(argv)
    silence_advice()
    scan_dir = args.output_dir / "scan"
    scan_dir.mkdir(parents=True, exist_ok=True)
    diffsim.mk_simdata(probe.set_probe_guess(), seed=args.seed).to_file(scan_dir / "mock.npz")
    options = ["--ptycho_dir", str(scan_dir), "--output_dir", str(args.output_dir), "--epochs", str(args.epochs)]
    train.cli_main(options + ["--disable_mlflow"] * args.disable_mlflow)


if __name__ == "__main__":
    main()
