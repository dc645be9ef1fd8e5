"""The card's section on the commands that answer for one document and for all counts."""

TEXT = """\
```
winnow why DIR https://example.org/page     what was measured on one page, against which limit, and its copies
winnow rejected DIR --rule RULE             some of the documents that a rule dropped
winnow ledger DIR --check                   count the rows again and hold them against the ledger
```"""
