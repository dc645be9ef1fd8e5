# ruff: noqa: RUF001 - Russian is written in Cyrillic letters, some of which look like Latin ones
"""The sites of the sample: name, layout and language of each. All hosts are reserved names (RFC 2606)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One web site; `layout` is blog, news, forum, docs or shop."""

    host: str
    name: str
    layout: str
    language: str = "en"
    closing: str = ""
    """A line that the site puts below every text."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The words around the text, in one language."""

    menu: tuple[str, ...]
    cookies: str
    accept: str
    related: str
    rights: str
    subscribe: str


_FRIEND = "If you have enjoyed this post, please tell a friend about it, since that is how most of our readers find us."
_WEEKLY = "Library Weekly is written by volunteers and comes out every Monday morning before the first coffee is ready."

MANUALS = (
    Site("docs.snake-notes.example", "Snake Notes", "docs"),
    Site("blog.example.org", "Indented Thoughts", "blog", closing=_FRIEND),
    Site("ask-a-programmer.example", "Ask a Programmer", "forum"),
    Site("www.library-weekly.example", "Library Weekly", "news", closing=_WEEKLY),
    Site("reference.example.net", "The Open Reference", "docs"),
    Site("letters-from-a-coder.example", "Letters from a Coder", "blog"),
)
"""Where the text of the standard library is published."""

PAPERS = (
    Site("tea-garden.example", "The Tea Garden", "blog"),
    Site("www.harbour-gazette.example", "Harbour Gazette", "news"),
    Site("slow-weekend.example.com", "Slow Weekend", "blog"),
    Site("valley-times.example", "Valley Times", "news"),
    Site("neighbours.example.net", "Neighbours Forum", "forum"),
)
"""Where the prose is published."""

SHOP = Site("shop.good-things.example", "Good Things", "shop")
RESELLER = Site("bargain-barn.example", "Bargain Barn", "shop")
SPAM = Site("best-casino-watches.example", "Best Deals 24", "blog")
CLUB = Site("club.example.org", "Model Railway Club", "forum")
STATION = Site("weather-station.example", "Weather Station", "news")

FOREIGN = (
    Site("handwerk.example", "Handwerk heute", "blog", "de"),
    Site("www.kreisblatt.example", "Kreisblatt", "news", "de"),
    Site("cahiers.example", "Les Cahiers", "blog", "fr"),
    Site("journal-du-port.example", "Journal du port", "news", "fr"),
    Site("la-esquina.example", "La Esquina", "blog", "es"),
    Site("diario.example.com", "El Diario del Valle", "news", "es"),
    Site("maresia.example", "Maresia", "blog", "pt"),
    Site("polana.example", "Polana", "blog", "pl"),
    Site("zimovka.example", "Зимовка", "blog", "ru"),
    Site("kawazoi.example", "川沿い日記", "blog", "ja"),
)

LABELS = {
    "en": Labels(
        ("Home", "Latest", "Topics", "Archive", "About", "Contact"),
        "We use cookies to make this site work and to count visits. You can change your choice at any time.",
        "Accept all", "Related articles", "All rights reserved. Terms of use. Privacy policy.",
        "Sign up for our newsletter and never miss a story.",
    ),
    "de": Labels(
        ("Start", "Aktuelles", "Themen", "Archiv", "Impressum", "Kontakt"),
        "Wir verwenden Cookies, um unsere Seite zu verbessern. Sie können Ihre Auswahl jederzeit ändern.",
        "Alle akzeptieren", "Das könnte Sie auch interessieren", "Alle Rechte vorbehalten. Datenschutz. Impressum.",
        "Jetzt den Newsletter bestellen.",
    ),
    "fr": Labels(
        ("Accueil", "Actualités", "Thèmes", "Archives", "À propos", "Contact"),
        "Nous utilisons des cookies pour améliorer votre visite. Vous pouvez changer d'avis à tout moment.",
        "Tout accepter", "À lire aussi", "Tous droits réservés. Mentions légales.", "Abonnez-vous à notre lettre.",
    ),
    "es": Labels(
        ("Inicio", "Últimas", "Temas", "Archivo", "Acerca de", "Contacto"),
        "Usamos cookies para mejorar la página. Puede cambiar su elección en cualquier momento.",
        "Aceptar todo", "Artículos relacionados", "Todos los derechos reservados. Aviso legal.",
        "Suscríbase a nuestro boletín.",
    ),
    "pt": Labels(
        ("Início", "Notícias", "Temas", "Arquivo", "Sobre", "Contacto"),
        "Usamos cookies para melhorar o site. Pode alterar a sua escolha a qualquer momento.",
        "Aceitar tudo", "Leia também", "Todos os direitos reservados.", "Subscreva a nossa carta semanal.",
    ),
    "pl": Labels(
        ("Start", "Nowości", "Tematy", "Archiwum", "O nas", "Kontakt"),
        "Używamy plików cookie, aby ulepszać stronę. Wybór można zmienić w każdej chwili.",
        "Akceptuję wszystko", "Zobacz także", "Wszelkie prawa zastrzeżone.", "Zapisz się na nasz biuletyn.",
    ),
    "ru": Labels(
        ("Главная", "Новости", "Темы", "Архив", "О сайте", "Связь"),
        "Мы используем файлы cookie, чтобы сайт работал лучше. Выбор можно изменить в любое время.",
        "Принять всё", "Читайте также", "Все права защищены.", "Подпишитесь на рассылку.",
    ),
    "ja": Labels(
        ("ホーム", "新着", "話題", "過去の記事", "このサイトについて", "連絡先"),
        "当サイトではクッキーを使用しています。設定はいつでも変更できます。",
        "すべて許可", "関連記事", "無断転載を禁じます。", "メールマガジンに登録する。",
    ),
}  # fmt: skip
