"""Every count of a build held against every other, and what can be checked of a finished one."""
