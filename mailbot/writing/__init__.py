"""From a letter or a roster to octets: pure."""
