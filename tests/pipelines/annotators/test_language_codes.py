"""One code for a language, whichever model named it."""

import pytest

from winnow.pipelines.annotators.language_codes import code_of, known_as


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("deu_Latn", "de"), ("de", "de"), ("eng_Latn", "en"), ("cmn_Hani", "zh"), ("zho_Hans", "zh"),
        ("zho_Hant", "zh"), ("yue_Hant", "yue"), ("arb_Arab", "ar"), ("arz_Arab", "arz"), ("swh_Latn", "sw"),
        ("pes_Arab", "fa"), ("fas_Arab", "fa"), ("nob_Latn", "no"), ("nno_Latn", "nn"), ("fil_Latn", "tl"),
        ("als_Latn", "sq"), ("gsw_Latn", "als"), ("als", "als"), ("srp_Cyrl", "sr"), ("srp_Latn", "sr"),
        ("ceb_Latn", "ceb"), ("kab_Latn", "kab"), ("zxx_Latn", "zxx"), ("und_Xsux", "und"), ("hau_Latn", "ha"),
        ("", ""), ("_", "_"), ("deu_latn", "deu_latn"), ("deu_Latn\n", "deu_Latn\n"), ("de_Latn", "de_Latn"),
    ],
)  # fmt: skip
def test_a_label_has_a_code(label: str, code: str) -> None:
    assert code_of(label) == code


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("de", "de"), ("deu", "de"), ("deu_Latn", "de"), ("als", "als"), ("als_Latn", "sq"), ("nob", "no"),
        ("nb", "no"), ("arb", "ar"), ("ceb", "ceb"), ("xx", "xx"),
    ],
)  # fmt: skip
def test_what_a_recipe_may_call_it(code: str, known: str) -> None:
    assert known_as(code) == known


LID_176 = (
    "af als am an ar arz as ast av az azb ba bar bcl be bg bh bn bo bpy br bs bxr ca cbk ce ceb ckb co cs "
    "cv cy da de diq dsb dty dv el eml en eo es et eu fa fi fr frr fy ga gd gl gn gom gu gv he hi hif hr "
    "hsb ht hu hy ia id ie ilo io is it ja jbo jv ka kk km kn ko krc ku kv kw ky la lb lez li lmo lo lrc "
    "lt lv mai mg mhr min mk ml mn mr mrj ms mt mwl my myv mzn nah nap nds ne new nl nn no oc or os pa "
    "pam pfl pl pms pnb ps pt qu rm ro ru rue sa sah sc scn sco sd sh si sk sl so sq sr su sv sw ta te tg "
    "th tk tl tr tt tyv ug uk ur uz vec vep vi vls vo wa war wuu xal xmf yi yo yue zh "
)


def test_the_codes_of_lid_176_are_known_as_they_are() -> None:
    assert len(LID_176.split()) == 176
    assert [known_as(code) for code in LID_176.split()] == LID_176.split()
