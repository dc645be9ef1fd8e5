"""llama.cpp's own converter, told how our tokenizers cut words: it knows a tokenizer by a hash of its tokens of one
text, and no vocabulary that was learnt anew has any of those. Runs in a checkout of llama.cpp.

    python to_gguf.py CHECKPOINT --outfile model.gguf
"""

# mypy: disable-error-code="import-not-found"

import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))
import convert_hf_to_gguf
from conversion.base import TextModel

TextModel.get_vocab_base_pre = lambda self, tokenizer: "granite-embed-multi-97m"
convert_hf_to_gguf.main()
