"""The table of stages on Apache Beam: the only room that imports it."""
