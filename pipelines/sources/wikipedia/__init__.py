"""Wikipedia and other wikis of its software: dumps in XML, and in HTML."""
