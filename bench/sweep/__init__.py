"""Reading popular packages of the registry: does anything fail, and what does it cost."""
