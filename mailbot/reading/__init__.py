"""From a stranger's octets to an intent, each field with its proof: pure."""
