"""The words of other tools, for the variants that follow them. Our own words are `Text.words`.

Published figures were made with word segmenters that we do not depend on. Both functions below are approximations by
one regular expression each, made for texts that put spaces between words; they take time linear in the text.
"""

import re

_WORD_OR_MARK = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")
_WORD = re.compile(r"\w+(?:['\u2019.]\w+)*")


def words_and_marks(string: str) -> list[str]:
    """Words, and every other visible character as a token of its own: "It's 5%." -> ["It's", "5", "%", "."].

    Stands for datatrove's tokenizers of a language (spaCy's English one by default), in which punctuation marks are
    words. spaCy also cuts "It's" in two and keeps "...", "3.14" and URLs in one, which we do not: our shares of tokens
    with a letter come out lower, and texts with many figures fail where they would pass there.
    """
    return _WORD_OR_MARK.findall(string)


def segmented_words(string: str) -> list[str]:
    """Words without punctuation: "It's 5%, i.e. 3.14" -> ["It's", "5", "i.e", "3.14"].

    Stands for the words of Unicode's text segmentation (UAX 29), which DCLM takes through uniseg, punctuation dropped.
    """
    return _WORD.findall(string)
