"""Train on a simulated scan and keep the models: `python train.py --output_dir outputs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main(argv=None):
    """Simulate, train, reconstruct, write the results and the model archive."""
    from ptycho import determinism

    determinism.prepare_environment()
    from ptycho import diffsim, model_manager, params, probe
    from ptycho.log_config import setup_logging
    from ptycho.workflows import components

    args = components.parse_arguments(argv)
    setup_logging(args.output_dir)
    config = components.setup_configuration(args)
    determinism.seed_everything(config.seed)

    scan = diffsim.mk_simdata(probe.set_probe_guess(), seed=config.seed)
    amplitude, phase, results = components.run_cdi_example(scan, scan, config)
    components.save_outputs(amplitude, phase, results, args.output_dir)
    archive = model_manager.save(str(args.output_dir))

    print(f"patterns: {len(scan.diff3d)}, groups: {len(results['train_container'])}")
    print(f"loss: {results['history']['loss'][-1]:.6f}")
    print(f"intensity_scale: {params.get('intensity_scale'):.9g} sqrt(photons)")
    print(f"image: {amplitude.shape}, mean modulus {amplitude.mean():.6f}")
    print(f"archive: {Path(archive).name}")


if __name__ == "__main__":
    main()
