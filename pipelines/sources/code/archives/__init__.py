"""How the members of archives are found and read: tar and zip."""
