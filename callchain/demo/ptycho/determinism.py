"""Make a run repeatable: seeds, one thread per operation, deterministic kernels."""

import os
import random

import numpy as np


def prepare_environment():
    """Set what TensorFlow reads once, at its import: quiet logs, no oneDNN reordering, no GPU."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")


def seed_everything(seed):
    """Seed the generators of Python, numpy and TensorFlow and pin TensorFlow to one CPU thread."""
    import tensorflow as tf

    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)
    tf.config.experimental.enable_op_determinism()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
