"""What a release needs beside the code."""
