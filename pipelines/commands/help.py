"""What the command says of itself: the examples behind --help."""

RECIPE = "a shipped recipe's name (winnow recipe list) or a .toml file"
EXAMPLES = """\
examples:
  winnow models fetch                              the language model, once
  winnow recipe list                               what recipes there are
  winnow build english-web --input 'crawl/*.warc.gz' --output corpus-1
  winnow card corpus-1                             the data card: what was kept, what was dropped and why
  winnow browse corpus-1                           its report in the browser: every rule, and documents to look at
  winnow why corpus-1 https://example.org/page     one document's way through the build
  winnow stats corpus-1                            the same in tables and bars; --rule R: one rule and its limits
  winnow sample corpus-1 --rule c4_page.sentences --near   just kept and just dropped, what was measured marked
  winnow rejected corpus-1 --rule c4_page.sentences    twenty that a rule dropped
  winnow forget corpus-1 --domain example.org      take documents out of a finished build
  winnow ledger corpus-1 --check                   count the rows again and compare with the ledger
  winnow publish corpus-1 --repo org/corpus        what would go to the Hub; --yes uploads it

and from a corpus to a model:
  winnow tokenizer train corpus-1 --vocab 4096 --output tok
  winnow pack corpus-1 --tokenizer tok --output pack
  winnow train tiny --pack pack --output run       then open run/run.html
"""

RECIPES = """\
A recipe of your own is one file; begin it from one of ours:
  winnow recipe show english-web --source > mine.toml
  winnow recipe check mine.toml

A recipe of many languages has limits for each; as it is for one of them:
  winnow recipe show web --language de

A step of your own is a class in a package of yours, and needs no change in Winnow. The recipe names it,
  [[step]]
  use = "package.module:NAME"
or by the name that an installed package gives it (entry points, group winnow.steps; winnow.sources for the `kind` of a
source). docs/steps.md has an example, and what such a class must keep to.
"""

BUILD = """\
The same command again goes on where a killed build stopped, or finds it done. The number of workers, the size of
units and the order of --input change no byte of the result.

With --against DIR what a finished build keeps, and what is like it, is dropped here: the two share no document.
  winnow build english-web --input 'crawl-2/*.warc.gz' --output corpus-2 --against corpus-1

With --runner and other options of Apache Beam the jobs run whole on that runner, for example
  winnow build fineweb --input 'gs://bucket/*.warc.gz' --output gs://bucket/out --runner DataflowRunner --project ...
without them, on processes of this machine.
"""

FORGET = """\
For takedowns. All that the build holds of a record goes as soon as one of its documents is named; documents that had
been dropped as copies of these come back, edited by the recipe's steps. What is left is what a build of the same files
without those records would hold. It is made beside DIR and put in its place whole; nothing of the old texts is left
there. A second run of the same command finds nothing more. The inputs are not changed: whoever builds from them again
must leave the records out there.

  winnow forget corpus-1 --domain example.org
  winnow forget corpus-1 --url https://example.net/a --url https://example.net/b --dry-run
  winnow forget corpus-1 --id-file ids.txt
"""

PUBLISH = """\
Without --yes nothing is changed: it prints the files that would go up, what would change there, and what is left out
and why. The token is the one of `hf auth login`, or HF_TOKEN. The same command again uploads what is not up yet; after
a kill it goes on. Files of an earlier build that was published there are deleted.

  winnow publish corpus-1 --repo org/corpus
  winnow publish corpus-1 --repo org/corpus --private --yes
  winnow publish corpus-1 --to tree                   for another host, or to look at first
"""

ROBOTS = """\
Crawlers leave robots.txt among the pages, or in files of their own: at Common Crawl these are the paths of a crawl that
hold /robotstxt/ instead of /warc/. Of each scheme, host and port the newest capture counts that says something; of its
rules those are kept that are for one of --agents, and those for all. The order of --input changes no byte of FILE. A
FILE that is such a table already is replaced.

  winnow robots --input 'crawl/robotstxt/*.warc.gz' --output robots.parquet

A recipe names FILE, and drops what must not be fetched if it sets the limit:
  [[step]]
  use = "robots_txt"
  list = "robots.parquet"
  agents = ["CCBot", "GPTBot"]
  limits = { disallowed = { max = 0 } }
docs/sources.md says more.
"""

FIT_LIMITS = """\
The published limits were chosen for English, or for the pages of somebody's crawl. Where you have good documents in a
language, this takes its limits from them: of each rule the value that at most --drop of the documents lie beyond; and
as stop words those words that most documents hold. Judge the cuts by their pictures before you use them: a limit is as
good as the reference is like what you want to keep.

  winnow fit-limits english-web --reference corpus-de --language de --output limits-de
  winnow fit-limits mixed --source web --reference shards/ news.jsonl.gz --language cs --output limits-cs --drop 0.02
  winnow fit-limits mine.toml --reference texts/ --language sw --output limits-sw --rules gopher_quality.words

The language of a document is what the recipe's step `language` finds; without such a step, what a column `language`
says. In DIR are then
  report.html      each rule with a histogram, the old and the new limit, what both drop, and documents just beyond
  limits.toml      [[step]] tables for a recipe of this language alone: they take the place of the recipe's
  languages.toml   the same as [step.languages.CODE], for a recipe of several languages
  fitted.json      all of it
The same reference and recipe give the same bytes.
"""
