"""The table of stages, and the engine that runs it on processes of this machine."""
