"""Names of people, countries and ships, and what stands in the cells of tables."""

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, argument, names, pairs

COUNTRIES = pairs("""
    AFG=Afghanistan|ALB=Albania|ALG=Algeria|AND=Andorra|ANG=Angola|ARG=Argentina|ARM=Armenia|AUS=Australia|AUT=Austria
    AZE=Azerbaijan|BAN=Bangladesh|BEL=Belgium|BIH=Bosnia and Herzegovina|BLR=Belarus|BOL=Bolivia|BRA=Brazil
    BUL=Bulgaria|CAN=Canada|CHE=Switzerland|CHI=Chile|CHL=Chile|CHN=China|CIV=Ivory Coast|CMR=Cameroon|COL=Colombia
    CRC=Costa Rica|CRO=Croatia|CUB=Cuba|CYP=Cyprus|CZE=Czech Republic|DEN=Denmark|DEU=Germany|DNK=Denmark
    DOM=Dominican Republic|ECU=Ecuador|EGY=Egypt|ENG=England|ESP=Spain|EST=Estonia|ETH=Ethiopia|EU=European Union
    FIN=Finland|FRA=France|FRG=West Germany|GBR=United Kingdom|GDR=East Germany|GEO=Georgia|GER=Germany|GHA=Ghana
    GRC=Greece|GRE=Greece|HKG=Hong Kong|HRV=Croatia|HUN=Hungary|IDN=Indonesia|INA=Indonesia|IND=India|IRE=Ireland
    IRI=Iran|IRL=Ireland|IRN=Iran|IRQ=Iraq|ISL=Iceland|ISR=Israel|ITA=Italy|JAM=Jamaica|JOR=Jordan|JPN=Japan
    KAZ=Kazakhstan|KEN=Kenya|KOR=South Korea|KSA=Saudi Arabia|KUW=Kuwait|LAT=Latvia|LIB=Lebanon|LTU=Lithuania
    LUX=Luxembourg|LVA=Latvia|MAR=Morocco|MAS=Malaysia|MDA=Moldova|MEX=Mexico|MGL=Mongolia|MKD=North Macedonia
    MLT=Malta|MNE=Montenegro|NED=Netherlands|NGA=Nigeria|NGR=Nigeria|NIR=Northern Ireland|NLD=Netherlands|NOR=Norway
    NZ=New Zealand|NZL=New Zealand|PAK=Pakistan|PAN=Panama|PAR=Paraguay|PER=Peru|PHI=Philippines|PHL=Philippines
    POL=Poland|POR=Portugal|PRC=China|PRK=North Korea|PRT=Portugal|PUR=Puerto Rico|QAT=Qatar|ROC=Taiwan|ROM=Romania
    ROU=Romania|RSA=South Africa|RUS=Russia|SCO=Scotland|SEN=Senegal|SGP=Singapore|SIN=Singapore|SLO=Slovenia
    SRB=Serbia|SUI=Switzerland|SVK=Slovakia|SVN=Slovenia|SWE=Sweden|SYR=Syria|TCH=Czechoslovakia|THA=Thailand
    TPE=Chinese Taipei|TUN=Tunisia|TUR=Turkey|UAE=United Arab Emirates|UGA=Uganda|UK=United Kingdom|UKR=Ukraine
    UN=United Nations|URS=Soviet Union|URU=Uruguay|US=United States|USA=United States|USSR=Soviet Union|UZB=Uzbekistan
    VAT=Vatican City|VEN=Venezuela|VIE=Vietnam|VNM=Vietnam|WAL=Wales|YUG=Yugoslavia|ZAF=South Africa|ZIM=Zimbabwe
""")
"""By the codes of ISO, the Olympic committee and football's federation."""
_FLAGS = """
    flag|flagcountry|flagu|flagbig|flagioc|flag2|fb|fb-rt|fbw|fbu|nft|cr|cr-rt|crw|ru|ru-rt|rl|vb|bk|bkb|ih|hb|country
    noflag|flagteam|flagcu|flagright|drapeau|drapeau2|pays|país
"""
_SHIPS = "hms|uss|rms|ss|ms|mv|hmas|hmcs|hmnzs|usns|usat|uscgc|hmt|hmhs|sms|ins|hnlms|hdms|hswms|css|rv"
_CELLS = {
    "yes": "Yes", "no": "No", "won": "Won", "nom": "Nominated", "pending": "Pending", "partial": "Partial",
    "unknown": "Unknown", "dunno": "?", "some": "Some", "depends": "Depends", "maybe": "Maybe", "dropped": "Dropped",
    "included": "Included", "none": "None", "any": "Any", "free": "Free", "nonfree": "Nonfree", "yes2": "", "no2": "",
    "good": "Good", "bad": "Bad", "okay": "Neutral", "active": "Active", "site active": "Active",
    "site inactive": "Inactive", "coming soon": "Coming soon", "optional": "Optional", "eliminated": "Eliminated",
    "usually": "Usually", "rarely": "Rarely", "sometimes": "Sometimes", "never": "Never", "beta": "Beta",
    "proprietary": "Proprietary", "terminated": "Terminated", "planned": "Planned", "incorrect": "Incorrect",
    "success": "Success", "failure": "Failure", "yes-no": "Yes/No", "draw": "Draw", "gold1": "1", "silver2": "2",
    "bronze3": "3", "gold01": "1", "silver02": "2", "bronze03": "3",
}  # fmt: skip
_MONEY = {
    "us$": "US$", "usd": "US$", "au$": "A$", "aud": "A$", "a$": "A$", "ca$": "C$", "cad": "C$", "c$": "C$",
    "nz$": "NZ$", "nzd": "NZ$", "gbp": "£", "£": "£", "eur": "€", "€": "€", "inr": "₹", "₹": "₹", "indian rupee": "₹",
    "jpy": "¥", "¥": "¥", "cny": "CN¥", "rmb": "CN¥", "krw": "₩", "₩": "₩", "sek": "SEK ", "nok": "NOK ",
    "dkk": "DKK ", "php": "₱", "peso": "₱", "pkr": "Rs. ", "hk$": "HK$", "hkd": "HK$", "rs": "Rs. ", "rs.": "Rs. ",
    "chf": "CHF ", "rub": "₽", "nt$": "NT$", "s$": "S$", "sgd": "S$", "r$": "R$", "brl": "R$", "zar": "R", "myr": "RM",
}  # fmt: skip


def country(call: Call) -> str:
    """{{flag|USA|name=US}}: the name of the country, as given or by its code."""
    code = call.get("name", "1")
    return COUNTRIES.get(code, code) or CUT


def by_code(call: Call) -> str:
    """{{USA}}"""
    return COUNTRIES[call.name.upper()]


def athlete(call: Call) -> str:
    """{{flagIOCathlete|Name|JAM|2012 Summer}}: "Name (Jamaica)"."""
    name, code = call.get("1"), call.get("2")
    return f"{name} ({COUNTRIES.get(code, code)})" if code else name or CUT


def sorted_name(call: Call) -> str:
    """{{sortname|First|Last}}"""
    return " ".join(part for part in call.positional()[:2] if part) or CUT


def ship(call: Call) -> str:
    """{{HMS|Ajax|22|6}}: prefix and name; with 2 the name alone."""
    name = call.get("1")
    return name if call.get("2") == "2" or call.get("3") == "2" else f"{call.name.upper()} {name}".strip()


def named_ship(call: Call) -> str:
    """{{ship|Japanese cruiser|Name|1912}}"""
    return " ".join(part for part in (call.get("1"), call.get("2")) if part) or CUT


def ship_class(call: Call) -> str:
    """{{sclass|Nimitz|aircraft carrier}}: "Nimitz-class aircraft carrier"."""
    return f"{call.get('1')}-class {call.get('2')}".rstrip()


def cell(call: Call) -> str:
    """{{yes|Text}} in a table: the text, else "Yes"."""
    return call.get("1") or _CELLS[call.name] or CUT


def money(call: Call) -> str:
    """{{US$|5 million}}"""
    amount = call.get("1")
    return f"{_MONEY[call.name]}{amount}" if amount else _MONEY[call.name].strip()


def rupees(call: Call) -> str:
    """{{INRConvert|5|c}}: "₹5 crore"."""
    scale = {"c": " crore", "l": " lakh", "m": " million", "b": " billion", "k": ",000"}
    return f"₹{call.get('1')}{scale.get(call.get('2'), '')}" if call.get("1") else CUT


def verse_of(call: Call) -> str:
    """{{bibleverse|John|3:16|KJV}}: "John 3:16"."""
    return " ".join(part for part in call.positional()[:2] if part) or CUT


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(names(_FLAGS), country),
    **dict.fromkeys(names(_SHIPS), ship),
    **dict.fromkeys(_CELLS, cell),
    **dict.fromkeys(_MONEY, money),
    **dict.fromkeys(("flagiocathlete", "flagathlete", "flagmedalist", "flagiocmedalist", "flagcgfathlete"), athlete),
    **dict.fromkeys(("sortname", "sort name"), sorted_name),
    **dict.fromkeys(("bibleverse", "bibleref", "bibleref2", "bibleverse-nb", "quran-usc"), verse_of),
    **dict.fromkeys(("sclass", "sclass-", "sclass2", "sclass2-"), ship_class),
    "ship": named_ship,
    "inrconvert": rupees,
    "player": argument("3", "2", "1"),
    "marriage": lambda call: f"{call.get('1')} (m. {call.get('2')})" if call.get("2") else call.get("1"),
    "rating": lambda call: f"{call.get('1')}/{call.get('2') or '5'}",
    "currency": lambda call: f"{_MONEY.get(call.get('2').lower(), 'US$')}{call.get('1')}",
}  # fmt: skip
