"""`python -m winnow` is the command `winnow`."""

import sys

from winnow.pipelines.cli import main

sys.exit(main())
