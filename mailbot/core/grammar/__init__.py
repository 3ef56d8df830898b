"""How organizers' replies are read, from typed lines to orders; `core.commands` is its face."""
