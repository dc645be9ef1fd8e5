"""Formulas in MathML, as TeX."""

import pytest
from walked import read

X, TWO = "<mi>x</mi>", "<mn>2</mn>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"<msup>{X}{TWO}</msup>", "$x^2$"),
        (f"<msub>{X}<mrow>{X}{TWO}</mrow></msub>", "$x_{x2}$"),
        (f"<msup><mrow>{X}{X}</mrow>{TWO}</msup>", "${xx}^2$"),
        (f"<msubsup>{X}{TWO}<mn>10</mn></msubsup>", "$x_2^{10}$"),
        (f"<mfrac>{X}{TWO}</mfrac>", r"$\frac{x}{2}$"),
        (f"<msqrt>{X}<mo>+</mo>{TWO}</msqrt>", r"$\sqrt{x+2}$"),
        (f"<mroot>{X}<mn>3</mn></mroot>", r"$\sqrt[3]{x}$"),
        (f"<munderover><mo>\u2211</mo>{X}{TWO}</munderover><mi>sin</mi>{X}", "$\u2211_x^2\\mathrm{sin}x$"),
        (
            f"<mfenced><mtable><mtr><mtd>{X}</mtd><mtd>{TWO}</mtd></mtr><mtr><mtd>{TWO}</mtd></mtr></mtable></mfenced>",
            r"$(\begin{matrix} x & 2 \\ 2 \end{matrix})$",
        ),
        (f"<semantics><msup>{X}{TWO}</msup><annotation encoding=other>y</annotation></semantics>", "$x^2$"),
        (f"<msup>{X}{TWO}</msup><mspace/><mtext> if </mtext>", r"$x^2\text{if}$"),
        (f"<mfrac>{X}</mfrac>", "$x$"),  # a part is missing
        (f"{X}{TWO}", "x2"),  # nothing that its text does not say
        ("<mfrac></mfrac>", None),
    ],
)  # fmt: skip
def test_a_formula(inside: str, expected: str | None) -> None:
    assert read(f"<p><math>{inside}</math></p>").texts == [expected] * (expected is not None)


def test_what_is_drawn_of_a_formula_is_not_read_again() -> None:
    stated = "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x_1</annotation></semantics></math>"
    drawn = "<span class=katex-html aria-hidden=true><span>x</span><span>1</span></span>"
    assert read(f"<p>a {stated}{drawn} b").texts == ["a $x_1$ b"]
    assert read("<p>a <span class=katex-html>c</span> b").texts == ["a c b"]


def test_formulas_within_formulas_end() -> None:
    nested = "<msup><mi>x</mi>" * 5_000
    assert len(read(f"<p><math>{nested}</math>").texts) <= 1
