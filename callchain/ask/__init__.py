"""The use case: a question goes in, an evidence package comes out; nothing here knows of terminals."""
