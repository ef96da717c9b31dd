"""Global configuration."""

cfg = {
    "size": 64,
    "file_name": "weights",
    "scale": None,
}


def get(key):
    return cfg[key]


def set(key, value):
    cfg[key] = value
