"""What the files say together: points-to and types, the class hierarchy, edges and paths."""
