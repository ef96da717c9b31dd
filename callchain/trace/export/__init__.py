"""Recordings in the forms of other tools: Perfetto, speedscope, Parquet, and tables for SQL."""
