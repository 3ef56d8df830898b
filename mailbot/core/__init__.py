"""Policy and its vocabulary: pure, standard library only."""
