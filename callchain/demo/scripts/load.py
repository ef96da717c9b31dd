"""Load a trained model and reconstruct one group: `python load.py --output_dir outputs`."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def parse_arguments(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Reconstruct one group with a saved model.")
    parser.add_argument("--output_dir", type=Path, default=Path("outputs"), help="folder with wts.h5.zip")
    parser.add_argument("--seed", type=int, default=43, help="of the simulated group")
    return parser.parse_args(argv)


def main(argv=None):
    """Restore the model and its parameters, simulate a fresh group, reconstruct it."""
    from ptycho import determinism

    determinism.prepare_environment()
    from ptycho import diffsim, loader, params, probe
    from ptycho.workflows.components import load_inference_bundle

    args = parse_arguments(argv)
    determinism.seed_everything(args.seed)
    bundle, parameters = load_inference_bundle(str(args.output_dir))

    scan = diffsim.mk_simdata(probe.get_probe(), n_side=4, seed=args.seed)
    group = loader.load(scan, params.get("N"), params.get("gridsize"), n_groups=1, neighbor_count=4)
    obj = bundle.reconstruct(group)

    print(f"model: {bundle.name}, {bundle.count_params()} weights")
    print(f"parameters: {len(parameters)}, N={params.get('N')}, gridsize={params.get('gridsize')}")
    print(f"intensity_scale: {params.get('intensity_scale'):.9g} sqrt(photons)")
    print(f"object: {obj.shape} {obj.dtype}, mean modulus {abs(obj).mean():.6f}")


if __name__ == "__main__":
    main()
