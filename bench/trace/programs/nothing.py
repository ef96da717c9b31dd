"""The price of starting."""
