# ruff: noqa: RUF001 - Russian is written in Cyrillic letters, some of which look like Latin ones
"""Prose in other languages, written for the sample: `(title, text)`, keyed by the language's fastText code."""

# fmt: off
FOREIGN_ARTICLES: dict[str, tuple[tuple[str, str], ...]] = {
    "de": (
        ("Das Werkzeug im Gartenhaus", """\
Wer sein Gartenwerkzeug im Herbst ordentlich wegräumt, hat im Frühjahr weniger Arbeit. Spaten und Hacken werden
zuerst mit einer groben Bürste von der Erde befreit, dann mit einem Lappen abgewischt und dünn mit Leinöl
eingerieben. Die Stiele aus Esche oder Buche vertragen ebenfalls einen Tropfen Öl, denn trockenes Holz reißt im
Winter leicht ein. Scheren nimmt man am besten ganz auseinander, schärft die Klinge mit einem feinen Stein und
setzt sie wieder zusammen.

Ein Haken an der Wand für jedes Gerät klingt nach Pedanterie, erspart aber viel Sucherei. In unserem Gartenhaus hat
mein Großvater die Umrisse mit Bleistift an die Bretter gezeichnet, und noch heute sieht man auf den ersten Blick,
was fehlt. Meistens ist es die kleine Schaufel, und meistens liegt sie bei den Nachbarn, die uns dafür ihre Leiter
geliehen haben. So gleicht sich im Laufe eines Jahres alles wieder aus."""),
        ("Mit dem Nachtzug ans Meer", """\
Der Nachtzug fährt kurz nach zehn aus der Stadt, und wenn man am Morgen die Vorhänge aufzieht, steht draußen schon
das Schilf. Ich habe diese Fahrt als Kind jeden Sommer gemacht und wiederhole sie nun mit meinen eigenen Kindern.
Sie streiten wie wir damals um das obere Bett und schlafen dann doch ein, bevor der Schaffner die Fahrkarten
kontrolliert hat. Geblieben ist auch der Geruch nach Kaffee, der gegen sechs Uhr durch den Gang zieht.

Vom Bahnhof sind es zwanzig Minuten zu Fuß bis zum Strand. Unterwegs kommt man an der alten Fischhalle vorbei, in
der heute ein Fahrradverleih untergebracht ist, und an einer Bäckerei, vor der im Juli immer eine Schlange steht.
Wer früh genug kommt, hat das Meer für eine Stunde ganz für sich allein. Danach erscheinen die ersten Strandkörbe,
die Hunde und die Kinder mit den Eimern, und der Tag nimmt seinen gewohnten Lauf."""),
        ("Warum die Turmuhr nachging", """\
Siebzehn Jahre lang ging die Uhr unserer Kirche um vier Minuten nach, und niemand störte sich daran. Die Züge
fuhren nach der Bahnhofsuhr, die Schule begann nach der Schulklingel, und im Wirtshaus galt ohnehin eine eigene
Zeit. Erst als ein Uhrmacher aus der Kreisstadt zugezogen war, stieg jemand die hundertzwölf Stufen hinauf und sah
nach. Er fand ein Nest aus Zweigen, in dem Dohlen ihre Jungen aufzogen, genau dort, wo das Pendel ausschlagen
sollte.

Man beschloss, den Sommer abzuwarten und das Nest erst danach zu entfernen. Seither geht die Uhr richtig, was
zunächst zu einiger Verwirrung führte, weil sich viele im Ort an die vier Minuten gewöhnt hatten. Die alte Frau
Wegener kam noch im Advent jeden Sonntag zu früh in die Kirche und beklagte sich darüber beim Pfarrer. Im nächsten
Frühjahr bauten die Dohlen übrigens auf der anderen Seite des Turms."""),
    ),
    "fr": (
        ("Le marché du samedi matin", """\
Le samedi matin, la place du village change de visage avant même que le soleil ne soit levé. Les maraîchers
arrivent les premiers, déchargent leurs caisses à la lumière des phares et se saluent d'un signe de tête, car il
est trop tôt pour parler. Vers huit heures, les clients les plus sérieux font déjà le tour des étals, un panier au
bras, et comparent le prix des poireaux sans en avoir l'air. À midi, il ne reste que quelques feuilles de salade
sur les pavés.

Ma grand-mère n'achetait jamais rien au premier passage. Elle goûtait une cerise ici, un morceau de fromage là,
demandait des nouvelles des enfants, puis revenait sur ses pas avec l'assurance de quelqu'un qui a pris sa
décision. Elle disait que l'on choisit d'abord le marchand et seulement ensuite la marchandise. Depuis sa mort, je
fais mes courses comme elle, et le fromager me garde toujours un bout de tomme sans que je lui demande."""),
        ("Réparer un vélo dans la cuisine", """\
Quand on habite un petit appartement, la cuisine devient vite un atelier. Il suffit d'étaler de vieux journaux par
terre, de retourner le vélo sur sa selle et de fermer la porte pour que le chat ne parte pas avec les vis. La
plupart des réparations ne demandent que trois outils : une clé, un tournevis et un chiffon propre. Le reste est
une affaire de patience, surtout lorsqu'il faut remettre une chaîne pleine de graisse sans toucher aux rideaux
blancs.

La crevaison fait peur aux débutants, alors qu'elle se répare en un quart d'heure. On démonte la roue, on sort la
chambre à air, on la gonfle un peu et on la plonge dans l'évier pour chercher les bulles. Une fois le trou trouvé,
on sèche, on ponce, on colle et on attend. Il faut surtout passer les doigts à l'intérieur du pneu, car l'épine qui
a causé la première fuite s'y trouve souvent encore et n'attend que de recommencer."""),
        ("Les archives du vieux port", """\
Pendant des années, les registres du port ont dormi dans une cave humide, au-dessous de la capitainerie. On y
notait chaque navire, son capitaine, sa cargaison et le temps qu'il faisait au moment de l'entrée. Lorsqu'une
conduite d'eau a cédé l'hiver dernier, les employés ont sauvé les volumes un à un et les ont fait sécher dans la
salle des mariages. C'est ainsi que toute la ville a découvert cette écriture fine et régulière, tenue par la même
main pendant quarante ans.

Une équipe de bénévoles transcrit maintenant les pages, un mardi sur deux, autour d'une grande table. On apprend
que les oranges arrivaient en novembre, que le bois venait du nord et qu'un certain capitaine payait toujours ses
droits avec retard. Les plus jeunes se chargent des photographies, les plus anciens déchiffrent les abréviations.
Le travail durera encore trois ans au moins, et personne ne semble pressé d'en voir la fin."""),
    ),
    "es": (
        ("La panadería de la calle del Pozo", """\
La panadería de la calle del Pozo abre a las seis, pero el olor empieza mucho antes. Mi ventana da al patio donde
está el horno, y desde niño sé qué día es por lo que huele: los lunes pan de centeno, los jueves bollos de anís,
los sábados empanada. El dueño heredó el oficio de su tía y no ha cambiado casi nada, salvo la báscula, que ahora
es electrónica y que él mira siempre con un poco de desconfianza.

El año pasado quiso jubilarse y puso un cartel en la puerta. Durante dos semanas no se habló de otra cosa en el
barrio, hasta que una de las empleadas, que llevaba allí apenas tres inviernos, dijo que se quedaba con el negocio.
Los vecinos reunieron dinero para arreglar la chimenea y pintar la fachada. Ahora él pasa cada mañana a comprar una
barra, la golpea con los nudillos, escucha y asiente sin decir palabra."""),
        ("Consejos para caminar por la sierra", """\
Antes de salir a la sierra conviene mirar el cielo, el mapa y los zapatos, por ese orden. Las tormentas de verano
se forman después de comer, así que lo más sensato es empezar temprano y estar de vuelta a las dos. El agua pesa,
pero faltará siempre antes que la comida; dos litros por persona es lo mínimo si no hay fuentes en el camino. Un
silbato y una linterna pequeña caben en cualquier bolsillo y pueden ahorrar una noche muy larga.

Caminar en grupo no significa caminar deprisa. El ritmo lo marca quien va más despacio, y las paradas se hacen
cuando él llega, no cuando los demás ya han descansado. Si aparece la niebla, lo mejor es detenerse y esperar en
lugar seguro, porque casi siempre se levanta al cabo de una hora. Y al regresar, por favor, cierren la puerta del
cercado: las vacas del valle conocen el camino del pueblo mejor que nosotros."""),
        ("El relojero que coleccionaba silencios", """\
En la esquina de la plaza trabajaba un relojero que decía coleccionar silencios. Tenía más de doscientos relojes en
la tienda y ninguno estaba en marcha, porque según él no se puede reparar un reloj mientras los demás opinan.
Cuando por fin terminaba uno, le daba cuerda, se lo acercaba al oído y sonreía como quien saluda a un amigo que
vuelve de viaje. Después lo paraba otra vez hasta que el cliente venía a recogerlo.

De pequeños nos dejaba entrar si prometíamos no hablar. Nos sentábamos en el suelo, entre cajas llenas de ruedas
diminutas, y mirábamos sus manos durante tardes enteras. Nunca nos explicó nada, y sin embargo dos de aquellos
niños son hoy relojeros y otro afina pianos. La tienda vende ahora teléfonos, pero en el escaparate han dejado su
lupa, su banco de madera y un cartel que pide bajar la voz."""),
    ),
    "pt": (
        ("O barco do meu avô", """\
O barco do meu avô chamava-se Esperança e metia água por todos os lados. Todos os anos, em março, ele virava o
casco na areia, raspava a tinta velha e tapava as fendas com estopa e alcatrão, enquanto nós corríamos à volta com
os pincéis. Dizia que um barco é como uma amizade, que só se conserva quando se trata dela antes de fazer falta. No
primeiro domingo de abril voltava ao mar, e a aldeia inteira ia à praia para ver se flutuava.

Hoje o barco está no jardim da escola, cheio de terra, e as crianças plantam nele alfaces e girassóis. A professora
escreveu o nome de novo com letras azuis, e alguém pendurou uma rede velha na proa. Quando passo por lá, lembro-me
do cheiro do alcatrão e das mãos do meu avô, que nunca ficavam completamente limpas. Ele teria gostado, penso eu,
embora certamente se queixasse da cor escolhida para o leme."""),
        ("Como fazer um bom café de saco", """\
Para fazer um bom café de saco não é preciso nenhuma máquina, mas é preciso prestar atenção. A água deve estar
quase a ferver, nunca a ferver de verdade, e o pó deve ser moído na hora, nem muito fino nem muito grosso. Primeiro
molha-se o pano com água quente, depois deita-se o café e espera-se meio minuto antes de verter o resto, devagar e
em círculos. Quem tem pressa fica com uma bebida amarga e culpa sempre o vendedor."""),
    ),
    "pl": (
        ("Grzyby w starym lesie", """\
Na grzyby chodzi się u nas wcześnie rano, zanim słońce wysuszy rosę i zanim sąsiedzi zdążą obejść najlepsze
miejsca. Dziadek nauczył mnie, że grzybów się nie szuka, tylko się je zauważa: trzeba iść powoli, patrzeć trochę w
bok i nie myśleć o koszyku. Borowiki rosną przy starych dębach, kurki lubią mech i wilgoć, a rydze pojawiają się
dopiero po pierwszych zimnych nocach. Nieznanych gatunków nie zbieramy nigdy, choćby były najpiękniejsze.

Po powrocie cała rodzina siada przy stole i czyści zbiory małymi nożykami. Część trafia od razu na patelnię z
masłem i cebulą, część suszymy nad piecem, a najmniejsze marynujemy w słoikach na święta. W kuchni pachnie wtedy
lasem przez kilka dni. Babcia zapisuje w zeszycie datę i liczbę koszy, i z tych notatek wiemy, że najlepszy rok był
ponad czterdzieści lat temu, kiedy padało przez cały sierpień."""),
        ("Biblioteka na kółkach", """\
Raz na dwa tygodnie do naszej wsi przyjeżdża żółty autobus, w którym zamiast siedzeń stoją półki z książkami.
Kierowca jest jednocześnie bibliotekarzem i pamięta, co kto lubi czytać. Dla pani Zofii odkłada kryminały, dla
chłopców spod lasu książki o pociągach, a mnie zawsze próbuje namówić na poezję. Zimą, gdy droga jest zasypana,
nosi torby z książkami od domu do domu i nigdy nie przyjmuje za to nic oprócz herbaty."""),
    ),
    "ru": (
        ("Зимняя дорога к озеру", """\
Зимой до озера можно добраться только на лыжах, и поэтому там почти никого не бывает. Дорога идёт сначала через
поле, потом вдоль старой железнодорожной насыпи и наконец ныряет в густой ельник, где даже в полдень стоят сумерки.
Снег здесь мягкий и глубокий, на нём хорошо видны следы зайцев и лисиц. Если остановиться и задержать дыхание,
становится слышно, как где-то далеко потрескивает лёд и как падает с веток иней.

На берегу стоит небольшая избушка, в которой всегда лежат сухие дрова, спички и немного крупы. Таков обычай:
каждый, кто переночевал, оставляет что-нибудь для следующего. На стене висит тетрадь, и в ней можно прочитать, кто
приходил сюда последние двадцать лет и какая была погода. Мы написали, что мороз был слабый, что чайник немного
подтекает и что ночью над озером горели такие звёзды, каких в городе не увидишь."""),
        ("Старые письма из деревни", """\
Разбирая чердак, мы нашли коробку из-под печенья, полную писем. Бабушка писала сестре каждое воскресенье, и сестра,
видимо, сохранила всё до последнего листка. В письмах почти нет больших событий: корова отелилась, крышу починили,
у соседей родилась двойня, яблок в этом году много. Но когда читаешь их подряд, год за годом, перед глазами
проходит целая жизнь, спокойная и трудная, и начинаешь понимать, откуда в нашей семье привычка шутить именно тогда,
когда тяжело."""),
    ),
    "ja": (
        ("川沿いの小さな茶店", """\
駅から川に沿って十五分ほど歩くと、柳の木の下に小さな茶店があります。店の主人は七十歳を過ぎていますが、今でも毎朝四
時に起きて、井戸の水をくみ、その日に出す団子を一つ一つ手で丸めています。品書きはお茶と団子だけで、値段はこの二十年
間変わっていません。遠くから来た客が理由を尋ねると、主人は笑って、数字を書き直すのが面倒なだけですよと答えます。

春には桜、夏には蛍、秋には紅葉、冬には雪と、窓から見える景色は季節ごとにすっかり変わります。常連の客はそれぞれ決ま
った席を持っていて、何も言わなくても好みの濃さのお茶が運ばれてきます。私が初めて訪れたのは雨の日でした。傘を忘れて
困っていると、主人が古い番傘を貸してくれました。返しに行くたびにお茶を飲み、気がつけばもう十年も通い続けています。"""),
        ("朝の市場を歩く", """\
港の市場は夜明け前から動き始めます。漁船が戻ると、箱に詰められた魚が次々と並べられ、威勢のよい声が屋根の下に響きま
す。初めて来た人は邪魔にならないように壁際を歩くとよいでしょう。競りが終わると、隣の食堂が開きます。ここでは市場で
働く人たちと同じ朝ご飯を食べることができます。焼いた魚、みそ汁、炊きたてのご飯、それに漬物という簡単な献立ですが、
海を見ながら食べると格別の味がします。"""),
    ),
}
