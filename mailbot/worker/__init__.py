"""The dull clerk: fetches, stores and sends, and holds no policy."""
