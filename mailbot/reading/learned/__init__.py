"""What was learnt from labelled mail: what a mail asks for, and which of its words are the names that are meant."""
