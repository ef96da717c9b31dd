"""Claims read out of documents and packages, proved or refuted against the source."""
