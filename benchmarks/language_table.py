"""Makes filters/languages/limits.toml of FineWeb-2's repository:

    git clone https://github.com/huggingface/fineweb-2
    python -m benchmarks.language_table --repository fineweb-2 > filters/languages/limits.toml

Its configs/*.yml hold the values, fineweb2-language-distribution.csv how many documents each label has.
"""

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

HEAD = """\
# Limits by language, for pages of the web.
#
# Made by benchmarks/language_table.py of the files configs/*.yml of FineWeb-2 (Penedo et al. 2025,
# https://arxiv.org/abs/2506.20920; https://github.com/huggingface/fineweb-2 at commit d0defb2), Apache License 2.0, and
# of fineweb2-language-distribution.csv there, of a data set under ODC-By 1.0. Copyright the FineWeb-2 authors.
#
# - The values were fitted with datatrove, whose words are those of a tokenizer for each language, with punctuation
#   marks as words; only copies after the first count as duplicates. filters/languages/own.py says to which measures of
#   ours they are applied, and converts them. FineWeb-2 asks for two stop words in every language.
# - Languages are named by their codes in fastText's lid.176; `labels` are GlotLID's, of which the values are. Of
#   several labels (one a script) the stop words are put together and the rest is the first one's.
# - They are those with most documents in FineWeb-2 of all that lid.176 knows, down to 250,000, most first; before them
#   English, which is not in it: Gopher's limits (Rae et al. 2021, table A1) and FineWeb's (Penedo et al. 2024, 3.6).
# - A comment "ours" stands above what was not published by either.
"""

LABELS = """
    ru=rus_Cyrl zh=cmn_Hani de=deu_Latn es=spa_Latn ja=jpn_Jpan fr=fra_Latn it=ita_Latn pt=por_Latn pl=pol_Latn
    nl=nld_Latn id=ind_Latn tr=tur_Latn cs=ces_Latn ar=arb_Arab vi=vie_Latn ko=kor_Hang sv=swe_Latn fa=fas_Arab
    ro=ron_Latn uk=ukr_Cyrl hu=hun_Latn el=ell_Grek da=dan_Latn no=nob_Latn fi=fin_Latn th=tha_Thai sk=slk_Latn
    bg=bul_Cyrl hi=hin_Deva bs=bos_Latn ca=cat_Latn bn=ben_Beng he=heb_Hebr lt=lit_Latn sl=slv_Latn et=ekk_Latn
    ms=zsm_Latn sq=als_Latn lv=lvs_Latn az=azj_Latn hr=hrv_Latn ta=tam_Taml ne=npi_Deva ur=urd_Arab mk=mkd_Cyrl
    sr=srp_Cyrl+srp_Latn mr=mar_Deva ka=kat_Geor kk=kaz_Cyrl ml=mal_Mlym is=isl_Latn gl=glg_Latn kn=kan_Knda
    tl=fil_Latn gu=guj_Gujr be=bel_Cyrl af=afr_Latn te=tel_Telu hy=hye_Armn mn=khk_Cyrl km=khm_Khmr eu=eus_Latn
    my=mya_Mymr la=lat_Latn uz=uzn_Latn+uzn_Cyrl or=ory_Orya nn=nno_Latn sw=swh_Latn si=sin_Sinh so=som_Latn
    ky=kir_Cyrl pa=pan_Guru arz=arz_Arab cy=cym_Latn tg=tgk_Cyrl ga=gle_Latn ps=pbt_Arab sh=srp_Latn ckb=ckb_Arab
    mt=mlt_Latn ku=kmr_Latn am=amh_Ethi lo=lao_Laoo lb=ltz_Latn fy=fry_Latn dv=div_Thaa eo=epo_Latn yue=yue_Hani
    mg=plt_Latn as=asm_Beng sd=snd_Arab
"""
"""lid.176's code = GlotLID's labels. lid.176's "als" is Alemannic, GlotLID's "als_Latn" Tosk Albanian."""

ENGLISH: dict[str, Any] = {
    "name": "English", "labels": [], "documents": 0, "score": 0.65,
    "stop_words": ["the", "be", "to", "of", "and", "that", "have", "with"],
    "mean_word_length": [3, 10], "alphabetic_word_share": 0.8, "duplicate_line_share": 0.3,
    "top_n_gram_character_shares": [0.2, 0.18, 0.16],
    "duplicate_n_gram_character_shares": [0.15, 0.14, 0.13, 0.12, 0.11, 0.1],
    "line_punctuation_share": 0.12, "newline_to_word_ratio": 0.3,
}  # fmt: skip

KOREAN = """
    이 그 및 수 것 등 더 한 할 중 때 또는 또한 그리고 하지만 그러나 있는 있다 있습니다 없는 하는 한다 합니다 된 되는
    된다 대한 대해 위해 위한 통해 따라 의해 모든 다른 같은 많은 가장 함께 때문에
    것은 것이 것을 것으로 이런 어떤 매우 다시 모두 우리 내 제 저 안 못 잘
"""

OURS: dict[str, dict[str, tuple[str, list[str]]]] = {
    "ko": {"stop_words": (
        "FineWeb-2's are endings and particles, which stand in our words and not between white space",
        KOREAN.split(),
    )},
    "el": {"terminal_marks": ("Greek's question mark", [";"])},
    "hy": {"terminal_marks": ("typed for the Armenian full stop, which looks the same", [":"])},
}  # fmt: skip
"""What the publication has not, or has of words that ours are not: language -> value -> (why, which)."""


def sections(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(lid.176's code, values), most documents first."""
    with (folder / "fineweb2-language-distribution.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["subset"]: row for row in csv.DictReader(file) if row["split"] == "train"}
    found: dict[str, dict[str, Any]] = {}
    for each in LABELS.split():
        code, _, given = each.partition("=")
        labels = given.split("+")
        configs = [yaml.safe_load((folder / "configs" / f"{label}.yml").read_text("utf-8")) for label in labels]
        named = {"name": rows[labels[0]]["name"].partition(" (")[0], "labels": labels}
        found[code] = named | {"documents": sum(int(rows[label]["documents"]) for label in labels)} | values(configs)
    yield "en", ENGLISH
    yield from sorted(found.items(), key=lambda item: -int(item[1]["documents"]))


def values(configs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of the labels of one language."""
    first = configs[0]
    return {
        "score": first["language_score"],
        "stop_words": list(dict.fromkeys(word for config in configs for word in config["stopwords"])),
        "mean_word_length": [first["min_avg_word_length"], first["max_avg_word_length"]],
        "alphabetic_word_share": first["max_non_alpha_words_ratio"],  # its name says the opposite of what it is
        "duplicate_line_share": first["dup_line_frac"],
        "top_n_gram_character_shares": [share for _, share in first["top_n_grams"]],
        "duplicate_n_gram_character_shares": [share for _, share in first["dup_n_grams"]],
        "line_punctuation_share": first["line_punct_thr"],
        "newline_to_word_ratio": first["new_line_ratio"],
    }


def written(code: str, facts: dict[str, Any]) -> str:
    """A section of TOML, one value a line."""
    ours = OURS.get(code, {})
    lines = [f"[{code}]"]
    for key, value in (facts | {key: list(which) for key, (_, which) in ours.items()}).items():
        lines += [f"# ours: {ours[key][0]}"] if key in ours else []
        lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")  # JSON's strings, numbers and lists are TOML's
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repository", required=True, type=Path, help="folder of the clone")
    given = parser.parse_args()
    print(HEAD)
    print("\n".join(written(code, facts) for code, facts in sections(given.repository)), end="")


if __name__ == "__main__":
    main()
