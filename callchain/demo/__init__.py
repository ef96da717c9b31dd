"""The shipped subject: a small code base with the traits that make such questions hard."""
