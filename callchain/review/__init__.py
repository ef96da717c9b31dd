"""Claims read out of Markdown or a package, proved or refuted."""
