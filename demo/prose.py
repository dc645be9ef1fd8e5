"""English prose written for the sample: articles of two or three paragraphs, and descriptions of goods."""

# fmt: off
ARTICLES: tuple[tuple[str, str], ...] = (
    ("Starting tomatoes on a cold windowsill", """\
Tomatoes are patient plants as long as their roots stay warm and their leaves see the sky. I sow mine in the last
week of February, two seeds to a pot, and keep the pots on a shelf above the radiator until the first green hooks
appear. After that they move to the brightest windowsill we own, because seedlings that must reach for the light
grow long, pale and weak. Every morning I turn the tray by half a circle, which costs nothing and keeps the stems
straight.

When the first true leaves have opened, each plant gets a pot of its own and is buried up to its neck. A tomato
makes roots along any piece of stem that touches soil, so deep planting turns a leggy seedling into a sturdy one. I
water from below, wait until the surface is dry before I do it again, and feed nothing at all for the first three
weeks.

Before they go outside for good, the plants need a week of practice. On the first day they stand in the shade for
an hour, on the second for two, and by the weekend they can spend a whole mild day in the sun. People who skip this
step usually find white, papery leaves the next morning and blame the frost, although it was only the light."""),
    ("Why there are two tides a day", """\
Anyone who spends a holiday by the sea notices that high water comes about fifty minutes later each day. The moon
is the reason: while the earth turns once, the moon has moved on a little along its path, and the coast has to turn
a bit further to catch up with it. The sun pulls as well, with rather less than half the strength, and when the two
stand in line at new and full moon their effects add up to the large tides that sailors call springs.

The second high tide of the day puzzles most people, since the moon is then on the other side of the planet. The
answer is that the moon does not simply lift the water beneath it. It pulls hardest on the near side, less on the
centre of the earth, and least on the far side, so the water there is left behind a little and forms a second
bulge. The earth turns below both bulges, and a harbour passes through each of them once a day.

Real coasts are less orderly than this picture. Water needs time to run through narrow straits, it swings to and
fro in bays like tea in a cup that was carried too fast, and some places have only one tide a day for that reason.
Tide tables are therefore not calculated from the sky alone: somebody must first watch a gauge in the harbour for a
year."""),
    ("A loaf that takes its time", """\
Good bread needs four things, and the one that people most often leave out is time. Mix flour, water and salt with
a small spoonful of yeast in the evening, cover the bowl with a plate, and go to bed. During the night the dough
does the kneading by itself, because wet flour slowly forms long elastic strands without any help from our arms. In
the morning it will have doubled, and the surface will be dotted with small bubbles.

Turn the dough out on a floured board and fold it over itself four times, as if you were closing an envelope. Let
it rest while the oven heats with a heavy iron pot inside. The pot matters more than the recipe: it traps the steam
that comes out of the loaf, and steam keeps the crust soft long enough for the bread to rise as far as it wants to.
After half an hour take off the lid, and wait until the crust is darker than you think is wise."""),
    ("How to keep a bicycle chain alive", """\
A chain does not wear out because it is old, it wears out because it is dirty. Sand and road dust mix with the oil
and make a paste that grinds the pins thinner with every turn of the pedals. As the pins wear, the chain becomes
longer, and a long chain climbs up the teeth of the sprockets and ruins them too. Replacing a chain in time costs
as much as a modest lunch, whereas replacing everything it has destroyed costs a week of groceries.

Clean it with a dry rag after every wet ride, and only now and then with anything stronger. Put one drop of oil on
each roller, turn the cranks for a minute so that it creeps inside, and then wipe off all that you can still see.
Oil on the outside does nothing but collect dirt. A simple steel gauge will tell you when the chain has stretched
by half a percent, and that is the moment to buy the next one."""),
    ("The lighthouse keepers of the northern rocks", """\
Until the lamps were made automatic, three men lived on the rock for six weeks at a time. There were three because
two had proved too few: when one keeper died during a long storm in the winter of 1801, the other was afraid to be
accused of murder and kept the body on the gallery until the relief boat could land. From then on the board of
trade insisted on a third man in every tower that stood in open water.

The work itself was quiet and exact. Each keeper had a watch of four hours, during which he wound the clockwork
that turned the lens, trimmed the wick and wrote down the weather. In between they baked, carved, knitted and
quarrelled. Letters that have survived in the county archive complain far more about the same five gramophone
records than about the sea, which is mentioned mostly when it came through the kitchen window.

When the last crew was taken off in 1988, the youngest of them asked to be allowed to switch off the kitchen light
himself. The tower has been run by a computer in a town sixty miles away ever since. It is inspected twice a year,
and the engineers report that somebody has left a chessboard on the table with a game that nobody dares to put
away."""),
    ("Reading the weather from the kitchen window", """\
You do not need instruments to make a fair guess about tomorrow. High, thin clouds that thicken from the west
during the afternoon usually mean that a warm front is on its way, and rain will follow within a day. If the smoke
from the chimneys sinks instead of rising, the pressure is falling. Swallows hunt low before rain because the
insects do, and old knees really do ache more, although doctors still argue about the cause.

Fog in the morning is a friendlier sign than it looks. It forms on clear nights when the ground loses its warmth to
the sky, and a clear night belongs to high pressure. By eleven the sun has usually burned it away and the day turns
out fine. Fog that arrives with wind is another matter: it has been carried in from the sea and may stay for a
week."""),
    ("Mending a wool jumper so that it shows", """\
A hole in the elbow used to be a small embarrassment, something to hide below a patch of leather. Lately people
have begun to mend in bright colours and to wear the repair like a medal. The technique is the same as it ever was.
Choose a yarn of about the thickness of the old one, work on the right side of the fabric, and begin well outside
the hole where the stitches are still sound.

First run a row of vertical threads across the gap, close together and not too tight. Then weave over and under
them from side to side, changing places at each turn, and push every row against the one before with the needle. A
wooden mushroom keeps the cloth flat while you work, and an orange does just as well. The finished darn is stronger
than the cloth around it, and so the next hole will appear beside it."""),
    ("The short history of the humble pencil", """\
In the sixteenth century a storm blew down trees in an English valley and uncovered a black, greasy stone.
Shepherds used it to mark their sheep, and soon artists wrapped it in string to draw with. Everybody believed it
was a kind of lead, which is why we still speak of the lead in a pencil although there has never been any. The mine
was guarded by soldiers, since the same stone lined the moulds for cannon balls and was worth more than copper.

When war cut France off from the English mine, an officer called Conté was asked to find a substitute. He ground
poor graphite to powder, mixed it with clay, and baked the rods in a kiln. More clay gave a harder and paler line,
less clay a soft black one. The scale of grades printed on pencils today goes back to that discovery, and so does
the fact that a pencil made in any country of the world writes very much like any other."""),
    ("A field guide to small railway stations", """\
Small stations tell you what a town once hoped for. A long platform in front of a short street means that somebody
expected a factory, a barracks or a spa. A clock with two faces was meant for farmers who came by cart and had no
watch. Where the waiting room has a fireplace on each side there were two classes of passenger, and the smaller
fireplace is always the one that smokes.

Walk round to the back and look for the garden. Station masters were allowed to keep bees, hens and a strip of
vegetables along the line, and many of the apple trees that grow beside the tracks today came from their lunches.
The best of these gardens won a prize each August. In our county the certificate hangs in a ticket office that has
sold no tickets for thirty years but is still swept every morning by a neighbour."""),
    ("Learning to hear birds before seeing them", """\
Most birds are heard long before they are seen, and a few are never seen at all. Begin in winter, when only a
handful of species sing, and add new voices one at a time as spring brings them back. The robin sounds like water
running over glass, and it sings on even when it is dark. The great tit saws at two notes all day. Nobody confuses
the wren, which weighs as much as a coin and can be heard across a field.

It helps to write down what a song reminds you of, however silly. My notes say that the chaffinch runs up to throw
a ball and that the blackbird is thinking aloud. Recordings are useful for checking at home, but please do not play
them outdoors during the breeding season. A male that hears a rival where none can be found will waste a morning
looking for him when he should be feeding his young."""),
    ("What the night market taught me about soup", """\
The stall at the corner of the night market sells one dish and closes when the pot is empty. I asked the owner for
a recipe and she laughed, then told me to come at four in the afternoon and peel ginger. What I learned in that
hour was mostly about fire. The bones are roasted first until they are brown, then covered with cold water and
brought slowly to a tremble. If the pot boils even once, she said, the broth is cloudy for ever and so is the mood
of the cook.

Onions go in whole, charred black on one side, and are lifted out before they fall apart. Spices wait until the
last hour, because their scent leaves with the steam. Salt comes at the very end, in the bowl and not in the pot,
so that each guest can have it differently. At home I use a smaller pot and less patience, but I have not let it
boil since."""),
    ("Measuring a river with an orange", """\
Our village wanted to know how much water comes down the brook, and the county wanted four hundred pounds to find
out. A retired teacher offered to do it with an orange. You need a straight piece of river about twenty metres
long, two people with sticks, and a watch. One person drops the fruit into the middle of the current, the other
catches it at the far end, and the time between gives the speed of the surface. An orange is ideal because it
floats low and is bright.

Water near the bed is slower than at the top, so the speed is multiplied by four fifths. Then you wade across with
a folding rule, note the depth at every half metre, and add up the area of the slices. Area times speed gives the
flow. Ours was three hundred litres a second on a dry day in May, and the county engineer, who came by later with
proper instruments, found three hundred and twelve. The orange was eaten by the committee."""),
    ("Notes from the community orchard in its tenth year", """\
Ten years ago the orchard was a car park with a crack in it. Today there are forty trees, two benches and one rule,
which says that you may eat as much as you like but must carry home no more than a bag. The rule has been broken
twice, both times by the same family of deer. We pruned in January as usual, and the mild spring gave us so much
blossom that we had to thin the pears by hand in June.

The harvest came to one and a half tonnes, of which a third went to the food bank and a third to the press.
Volunteers spent ninety hours on it, not counting the hours spent talking. Next year we hope to replace the broken
water butt and to graft the old plum by the gate, whose name no one knows and whose fruit everybody asks for."""),
)

GOODS: tuple[tuple[str, str], ...] = (
    ("Enamel camping kettle, 1.5 litres", """\
This kettle is made of heavy steel and coated twice with enamel, so it will not mind an open fire, a gas stove or a
fall from the roof rack. The handle folds down for packing and stays cool for as long as you keep it out of the
flames. It holds enough water for five mugs of tea and pours without dripping, which cannot be said of most kettles
of this size. If the enamel chips, dry the spot well after use and it will serve you for another twenty years."""),
    ("Beeswax candle, hand dipped", """\
Each of these candles is dipped thirty times by hand in wax from our own hives, and that is why no two of them are
quite alike. They burn slowly with a steady golden flame and give off a faint smell of honey without any added
scent. Trim the wick to the length of a fingernail before you light it, and keep the candle away from draughts. A
pair will last through about sixteen evenings. We send them wrapped in paper and straw, and we take the straw back
if you ask."""),
    ("Oak step stool with two treads", """\
The stool is built from local oak that was dried for three years before the first cut was made. All joints are
wedged and glued, and there is not a single screw in it. It carries one hundred and fifty kilograms without
complaint and is light enough to be moved with one foot. We finish the wood with linseed oil, which you should
renew once a year with a soft cloth. Scratches can be sanded out by hand, and we will gladly show you how when you
visit the workshop."""),
    ("Wool blanket from mountain sheep", """\
Our blankets are woven in a small mill that has used the same looms since 1934. The wool comes from sheep that
spend the summer above the tree line, so it is a little coarser than merino and a great deal warmer. It is washed
in soft water without bleach and keeps the natural shades of the flock, from cream to dark brown. Air the blanket
on a damp morning instead of washing it. Moths dislike the lanolin, but a few cedar chips in the chest will do no
harm."""),
    ("Pocket compass in a brass case", """\
The needle of this compass is set on a jewel and settles within four seconds, even when your hands are cold. The
case is turned from solid brass and will darken with age unless you polish it. On the lid you will find a small
mirror for taking bearings and, in an emergency, for signalling across a valley. The dial is marked in degrees and
shines faintly in the dark without batteries. Keep it away from telephones and loudspeakers, whose magnets may turn
it round."""),
    ("Garden twine on a wooden spool", """\
Two hundred metres of jute twine, spun in three strands and left undyed, on a spool that fits into a coat pocket.
It is strong enough to hold a heavy tomato plant and soft enough not to cut the stem. In autumn you can throw it on
the compost together with the plant, where it will have vanished by spring. The spool is turned from beech offcuts
and has a small blade set into its rim, so you will never have to look for the scissors again."""),
)

LETTERS: tuple[str, ...] = (
    "If you would like to join us, write to {name} at {mail} or call on any Thursday evening after seven. The server "
    "that hosts our archive answers at {ip} while the new name is being set up, so please be patient with it.",
    "Corrections are very welcome. Send them to {mail}, and they will appear here with your name unless you tell us "
    "otherwise. Last week someone at {ip} left a long comment without an address, and we could not reply.",
    "The author can be reached at {mail}. For orders and questions about delivery please use {other} instead, since "
    "the first box is read only at weekends and fills up quickly during the season.",
)
"""Paragraphs with personal data, all invented: names, addresses in reserved domains, numbers of public resolvers."""
