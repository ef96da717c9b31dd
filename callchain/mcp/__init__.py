"""An agent's door: the Model Context Protocol over stdio; everything is read-only unless running is allowed."""
