import pytest
from walked import read


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("10<sup>6</sup>", "10^6"),
        ("10<sup>-6</sup> m", "10^-6 m"),
        ("x<sup>n</sup>", "x^n"),
        ("(a)<sup>2</sup>", "(a)^2"),
        ("1<sup>st</sup>", "1st"),
        ("word <sup>2</sup>", "word 2"),
        ("<sup>2</sup>", "2"),
        ("word<sup><a href=x>1</a></sup>", "word1"),
        ("H<sub>2</sub>O", "H2O"),
        ("10<sub>2</sub>", "10_2"),
        ("<math><mi>x</mi><mn>2</mn></math> a", "x2 a"),
        ("a <script type='math/tex'>x^2</script> b<script type='text/x'>y</script>", "a $x^2$ b"),
        ("a<script type='math/tex; mode=display'> </script>", "a"),
        ("<math alttext='x^2'><mi>x</mi><mn>2</mn></math>", "$x^2$"),
        (
            "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'> x_1 </annotation></semantics></math>",
            "$x_1$",
        ),
        ("<math><semantics><mi>x</mi><annotation encoding='other'>y</annotation></semantics></math>", "x"),
    ],
)
def test_powers_indices_and_formulas(html: str, expected: str) -> None:
    assert read(f"<p>{html}</p>").texts == [expected]
