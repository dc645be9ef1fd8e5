"""What the trainer's commands say about themselves: for each a description and an epilog with examples."""

CORPUS = "a directory that winnow build made, or any folder or file of Parquet with a column `text`"
VOCAB = "tokens, special ones included: 4096 suits tiny, 8192 10m, 16384 30m, 32768 what is larger"
TOKENIZER = "what winnow tokenizer train made, or any Hugging Face tokenizer's directory"
CHECKPOINT = "a run (its newest checkpoint), RUN@STEP, or a Hugging Face directory in the Llama, Qwen2 or Qwen3 layout"
EXPORTED = "a run (its newest checkpoint), RUN@STEP, or any Hugging Face directory of a layout that winnow has"
AGAINST = "a build whose removed duplicates the split respects, may be repeated (default: those the corpora lie in)"
NEW = "a new directory, or one to go on with"
SOURCE = "of all rows (default: what their column `source` says, else their folder's name)"
PACK = "what winnow pack made, or its URL (s3://, gs://, https://); the same as --set data.pack=PACK"
BY = "figures by a column's values, may be repeated; COLUMN=1,2,5 for ranges"
COLUMN = "keep a column of the corpus for data.rules and eval --by, may be repeated; STRUCT.FIELD too"
CONFIG = "tiny, 10m, 30m, 124m, 350m or 1b, or a .toml file"
FROM = "begin from a checkpoint of another run, with its moments and after its steps (RUN alone: the newest)"
SET = "change a setting, may be repeated: optimizer.rate=0.01, data.weights.web=3"

EXAMPLES = """\
from a corpus to a model:
  winnow tokenizer train corpus-1 --vocab 4096 --output tok
  winnow pack corpus-1 --tokenizer tok --output pack
  winnow plan tiny --pack pack                     what it takes, and whether the corpus is large enough
  winnow train tiny --pack pack --output run       then open run/run.html
  winnow eval run --data pack                      bits per byte, by source, with intervals
  winnow generate run --prompt 'The river'
  winnow trace run --step 100                      the documents of that step
  winnow trace run --text 'The river flows'        the training documents with that text
  winnow compare run another                       figures and curves side by side
"""

_TEXTS = {
    "tokenizer train": """\
Learn a byte-level BPE tokenizer from a sample of a corpus, in which every source has its share.

examples:
  winnow tokenizer train corpus-1 --vocab 8192 --output tok
  winnow tokenizer train corpus-1 my-texts/ --vocab 32768 --sample-mb 1000 --output tok

TOK is a Hugging Face tokenizer directory; transformers' AutoTokenizer loads it. The same corpus and seed give the same
bytes. A tokenizer that exists already needs no training: give its directory to winnow pack.
""",
    "pack": """\
Tokenise a corpus into files that training reads, with an index of its documents and a held-out part of them.

examples:
  winnow pack corpus-1 --tokenizer tok --output pack
  winnow pack corpus-1 my-texts/ --tokenizer tok --output pack --weight quality.score
  winnow pack corpus-1 --tokenizer tok --output pack --column cluster_size --column language

Near-duplicates stay together: a cluster, and all parts of one record, go to training or to validation as a whole, and
that is checked before PACK is done. The same command again goes on where a stopped one was.
""",
    "config show": """\
Show a whole configuration before a run, as TOML: each setting, what it means, and where its value comes from.

examples:
  winnow config show 124m
  winnow config show 124m --set run.tokens=2_000_000_000 | grep -v '# default'
  winnow config show 10m > my.toml                 a file of your own to begin with
""",
    "config check": """\
Check a configuration without a run: every mistake with its place and its cure, a line each; exit code 2.

examples:
  winnow config check my.toml --pack pack          with the pack's sources, the model in init, the files of tasks
  winnow config check 10m --set optimizer.rate=-1
""",
    "plan": """\
Say what a training run takes before it is begun: parameters, tokens, memory, time and cost.

examples:
  winnow plan 124m                                 without a corpus: a vocabulary is assumed
  winnow plan tiny --pack pack                     and whether the corpus is large enough for it
  winnow plan 10m --pack pack --set run.tokens=50_000_000
  winnow plan 1b --gpus 8 --price H100=2.10 --mfu 0.45      on eight, with your price and your experience

This machine is measured for a few seconds (unless --no-measure). What other GPUs would take is their stated peak times
an assumed share of it; memory is reckoned as a run does it when it settles whether weights are whole on every GPU or in
shards, and what is recomputed. Prices are yours.
""",
    "train": """\
Train a model from a configuration. The same command again goes on from the newest checkpoint.

examples:
  winnow train tiny --pack pack --output run
  winnow train 10m --pack pack --set run.tokens=50_000_000 --set optimizer.rate=0.004 --output run
  winnow train my.toml --output run                a file of your own; run/config.lock.toml has every setting
  winnow train 10m --pack pack --from run@4000 --set run.tokens=60_000_000 --output decayed
  torchrun --nproc_per_node 8 --no-python winnow train 350m --pack pack --output run

settings that people change; winnow config show 10m has all of them:
  setting              default    what it is                                                      example
  init                 ""         a run, RUN@STEP or a Hugging Face directory to go on from       init=base
  run.tokens           0          tokens to train on; 0: 20 for each parameter                    run.tokens=50_000_000
  run.batch_tokens     32768      tokens of one step, over all processes; 0: by the rule          run.batch_tokens=65536
  optimizer.rate       0.0        the peak learning rate; 0: by the rule, times optimizer.dial    optimizer.rate=0.004
  optimizer.decay      0.4        share of the steps in which it falls at the end                 optimizer.decay=0.2
  model.context        512        tokens of a window                                              model.context=1024
  data.weights         {}         shares of the sources; none: all at one pace                    data.weights.web=0.7
  run.evaluate_every   0          steps between evaluations; 0: a tenth of the run                run.evaluate_every=500
  run.keep             3          newest checkpoints that stay; 0: all                            run.keep=0
  evaluate.tasks       []         cloze tasks on the way: bundled, or JSONL files                 evaluate.tasks=bundled
  machine.micro_rows   0          windows of one pass on a device; 0: measured                    machine.micro_rows=8
Configurations change some defaults: their shape, and the batch. winnow plan says the rate, and why.

Ctrl-C saves at the end of the step and stops. A run that goes on, on any number of processes, trains on the same rows
in the same order as if it had never been stopped. Look at RUN/run.html; RUN/checkpoints/ holds Hugging Face models.
""",
    "eval": """\
Measure a model: bits per byte in total and by source, with 95 % intervals over documents; cloze tasks.

examples:
  winnow eval run --data pack                      the validation documents of a pack
  winnow eval run --data corpus-2 my.parquet       texts that the model never saw
  winnow eval run --data pack --by language --by cluster_size=2,5
  winnow eval run/checkpoints/step-001000 --cloze tasks/*.jsonl --json figures.json

Bits per byte do not depend on the tokenizer, so that models with different ones can be compared.
""",
    "generate": """\
Let a model go on with a text.

examples:
  winnow generate run --prompt 'The river'
  winnow generate run/checkpoints/step-001000 --prompt 'Once' --temperature 0 --tokens 50
""",
    "export": """\
Write a checkpoint as a Hugging Face directory in another precision: bfloat16 takes half of float32's space.

examples:
  winnow export run --dtype bfloat16 --output my-model
  winnow export run@4000 --dtype bfloat16 --output my-model-4000

Every checkpoint is a Hugging Face directory already, in float32, which training goes on from. Weights of more than 5 GB
are cut into several files with an index, which transformers reads, and winnow too.
""",
    "trace": """\
List the documents that a step trained on, or those that hold passages of a text, with the steps that read them.

examples:
  winnow trace run --step 100                      address, source, language, cluster, measures
  winnow trace run --step 100 --row 3 --json
  winnow trace run --text 'It was the best of times, it was the worst of times'
  winnow trace run --text-file -                   a text that is piped in, as from winnow generate

Of a document its columns url, title, date, language, license and its measures are told, where the corpus has them; one
without an id is called SOURCE/FILE:ROW, rows counted from 0.

Nothing was recorded at a step: its rows follow from the configuration and the pack, now as then. A passage of a text
is at least --least of its tokens that stand in a training document in a row, and do so with neither the token before
nor the one after. They are found with an index of the pack, 4 bytes a token, which the first such command makes.
""",
    "compare": """\
Set several runs side by side: final figures, figures at equal steps and equal time, settings that differ.

examples:
  winnow compare run-a run-b
  winnow compare runs/* --output comparison.html --json comparison.json

The page has the runs' curves over each other, along tokens, time, FLOPs or steps. It is one file and needs no network.
""",
}
OF = {command: text.split("\n\n", 1) for command, text in _TEXTS.items()}
"""Command to description and epilog."""
