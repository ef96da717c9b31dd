"""Tap files: planned looks at values, located as code, with their expectations."""
