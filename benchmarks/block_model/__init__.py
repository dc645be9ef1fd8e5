"""How the weights of the engine `blocks` are made: labels, folds, training."""
