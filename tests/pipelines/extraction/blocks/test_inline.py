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


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href=x>New arrivals</a><a href=y>Sale</a>", "New arrivals Sale"),
        (
            "<a href=1>FPS</a><a href=2>Shooter</a><a href=3>(Soccer)</a><a href=4>Co-op</a>",
            "FPS Shooter(Soccer) Co-op",
        ),
        ("<span>$145</span><span>$120</span>", "$145 $120"),
        ("<span>4.5</span><span>Reviews</span>", "4.5 Reviews"),
        # words that go on, signs, other elements, and what white space parts already
        ("<a href=x>Haus</a><a href=y>boot</a>", "Hausboot"),
        ("<a href=x>\u4e2d</a><a href=y>\u56fd</a>", "\u4e2d\u56fd"),
        ("<a href=x>Mac</a><a href=x>Donald</a>", "MacDonald"),
        ("<a href=x>video.mp</a><a href=y>4</a>", "video.mp4"),
        ("<span>H</span><span>ELLO</span>", "HELLO"),
        ("<span>1</span><span>2</span>", "12"),
        ("<span>a.</span><span>B</span>", "a.B"),
        ("<span>a</span><b>B</b>", "aB"),
        ("<b>a</b><b>B</b>", "aB"),
        ("<span>a</span><span><i></i>B</span>", "aB"),
        ("<span>a</span>B", "aB"),
        ("i<span>Phone</span>", "iPhone"),
        ("<span>a</span> <span>B</span>", "a B"),
        ("<span>a</span><span></span>", "a"),
    ],
)
def test_links_and_spans_side_by_side(html: str, expected: str) -> None:
    assert read(f"<p>{html}</p>").texts == [expected]


def test_code_is_as_it_stands() -> None:
    assert read("<pre><span>get</span><span>Value</span></pre>").texts == ["getValue"]
