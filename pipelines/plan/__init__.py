"""What is to be done: inputs, census, units, numbers, and every path under the output."""
