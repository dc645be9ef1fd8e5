"""report.html of a build: its data as JSON, and the page that the data stands in."""
