"""Home addresses of persons, in texts in plain Latin letters (:mod:`archive.masking.places`).

The seat of a firm or body is public and not masked: an address is a home after words that say so, or beside the
personal number or identity card of a person.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from archive.masking.births import births
from archive.masking.listed_names import name_tokens
from archive.masking.name_words import is_town
from archive.masking.numbers import TABLE, one_of

_HOME = re.compile(
    r"(?<!\w)(?:prebivalist\w*|prebiva(?:ju)?(?= [un])|adres\w+ na kojoj[^.;]{0,50} je|stanar\w* zgrad\w+(?= [A-Z])"
    r"|boravist\w*|borav(?:ak|k\w+)(?= |:)|privremeno(?= (?:u |na )?[A-Z])"
    r"|stan(?:om|uje\w*|ovanj?(?:a|em|e)|ujem|ova[ol]a?)(?: kod [a-z]+)?(?= (?:je |su )?(?:u|na|[A-Z])|[:,])"
    r"|nastanj?\w*|nast\.|kucn\w+ adres\w+(?: [a-z]{4,14}(?=:))?|roditelji(?=:)"
    r"|ziv(?:i|e|im|imo)(?: sam[aoi]?(?=,| u| na)| (?:kod|sa) [a-z]+)?(?: u| na|,|(?= \())"
    r"|(?:moj|nas)\w{1,2} (?:adres|zgrad|kuc|stan|ulic)\w{0,2}(?: je)?|adres\w mi(?: je)?|adres\w{1,2} korisni\w+"
    r"|adres\w{1,2} (?:stan\w*|prebiv\w*|borav\w*)|(?:kuc|zgrad)[aeiu] (?:u|na)"
    r"|stanu(?= [A-Z])|stan(?=:? (?-i:[A-Z]))|kuc[aeiu](?=,?(?: u)? \(?(?-i:[A-Z]))|(?:pre|od)sel\w+ se(?= u| na)"
    r"|domacinstv\w*(?: [uiz]{1,2} sel\w+)?"
    r"|(?:garsonjer|jednosob|dvosob|trosob)\w*(?: stan\w{0,2})? (?:u|na)"
    r"|(?:stan[au]?|kuc[ae])(?!\w)[^.;:]{0,60}? (?:nalazi se|se nalazi) (?:u|na)"
    r"|lak(?:cim|hely|ik)\w*|me (?:vend)?banim(?: ne)?|banon(?: ne)?"
    r"|stan[au]?(?: (?:br\.? ?|broj )?[0-9][0-9,.]*)?(?: (?:povrsine|od))?(?: [0-9][0-9,.]* ?m\S{0,3})? (?:u|na)"
    r"(?= ul| adr| [A-Z])|(?:residing|resident|domiciled|living) (?:at|in)|(?:home|residential) address"
    r"|(?:place|address) of residence)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?<!\w)(?:(?P<street>u (?=[A-Z][a-z]+oj (?:br\. ?|broj )?[1-9])|iz (?=[A-Z][a-z]+[vkn]e (?:br\. ?|broj )?[1-9]))"
    r"|iz (?P<village>sel[ao] )?(?=[A-Z]))"
)
"""Before the adjective of a street, a village or a town."""

_NUMBERED_WORDS = r"""
clan\w{0,2} cl stav\w{0,2} tack\w{1,2} zakon\w{0,3} broj\w{0,2} br licenc\w{1,2} licence stran[aeiu] str prilog\w?
rj?esenj?\w* nalog\w? izvj?estaj\w? zapisnik\w? presud\w* predmet\w?
(?:pri|od)sutn\w* od(?=.[0-9])
tel telefon\w* telefaks partij[aeiu] aneks\w{0,2} obrazac obrasc\w+ ugovor\w{0,3} sl glasnik\w? fak?s fax mob
mobil\w* pib mbs? lk oib jmbg? iks rok\w{0,2} datum\w? red redni lot jn ponud[aeiu] ukupno iznos\w{0,2} windows
office uredb[aeiu] odluk[aeiu] pravilnik\w? article tabela slika grupa razred maticn\w+ mat sifra pozicij\w+ poz
posto zaklj?uc\w+ komisij\w iban rsd eur dinar\w{0,2} din bodov\w? bod god godin\w rodj?en\w{0,3} rodj?endan dana? stan
sprat kat ulaz
"""
"""Words that are followed by a number and are no street."""

_SMALL_WORDS = """
i od na kod iz januara februara marta aprila maja juna jula avgusta septembra juli maj oktobra novembra decembra brigade
rujna svibnja lipnja srpnja kolovoza listopada studenog prosinca sijecnja veljace ozujka travnja divizije bataljona
armije proleterske udarne vojvodanske srpske ulica revolucije oslobodenja ustanka reda put venac vijenac kej sokak
trg mala vojvode kralja kraljice kneza cara carice despota heroja narodnog narodnih boraca partizana partizanskih
kardinala bana svetog majke brace odreda fronta omladine mladih ratnika vladara zrtava dobrovoljaca jugovica junaka
prvog drugog treceg velikog knjaza serdara jedinstva mira slobode ustanika jna fasizma republike bratstva putnika
brigada divizija front novo naselje gornja donja gornji donji kolonija salas polje brdo potok utca bulevar
aleja prolaz cesta staza obala kosa
"""
"""Words in street names that begin with a lower-case letter."""

_STREET_WORD = (
    r"(?i:ul\.|ulic[aeiu]|bul\.|bulevar\w*|trg\w*|naselj?\w*|sokak\w*|kej|put(?= (?:za )?[A-Z])|sel[oau]|s\."
    r"|zasela?k\w*|setalist\w*|v[ij]*enac|obala|cesta|aleja|prilaz|mahal\w|utca|rrug\w+|rr\.|street)(?!\w)"
)
_SETTLEMENT = r"(?i:sel[oau]|s\.|zasel\w+|zaseo\w+|naselj?\w+)"
_SMALL = f"(?:{one_of(_SMALL_WORDS)})"

_NO_STREET = (
    rf"(?!(?i:{one_of(_NUMBERED_WORDS)})(?!\w)|(?:[A-HJ-UWYZ](?!\w)|[A-Z][a-z]{{0,2}}\.) ?(?:br|[0-9])"
    r"|[A-Z][a-z]+n[io] broj)"
)

_NUMBERED = r"(?:[IVX]+ [0-9]|[A-Z]{2} [0-9]{3}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),)"
"""No streets: numbers of cases, of letters, and days."""

_LETTERS = r"[A-Z](?:[^\W\d_]|['-](?=[^\W\d_]))*"
_WORD = rf"(?:[A-Z]\w{{0,3}}\.|u\.(?= ?[0-9])|{_LETTERS}(?![\w])|[0-9]{{1,3}}\.(?= ?[A-Za-z])|{_SMALL}(?!\w))"
_UNIT = r"(?! ?(?i:din|rsd|eur|evr|%|m2|km|kg|kom|dana|meseci|cas|sati|god))"
_NUMBER = (
    r"(?i:(?:kucni )?(?:br\.?|broj|nr\.?) ?|(?:zgrada|blok|lamela|kuca) )?(?:(?!(?:19|20)[0-9]{2}(?!\w)|1\. [A-Z])"
    r"[1-9][0-9]{0,3}(?:[a-zA-Z]| [a-hA-H](?!\w))?(?![0-9])(?: ?/ ?[0-9A-Za-z]{1,4}){0,3}[a-zA-Z]?"
    r"(?: ?- ?(?:[0-9]{1,3}(?![0-9]|\.[0-9])|[a-z](?!\w)))?(?: bb)?|(?i:bb|b\. ?b\.|bez broja)"
    r"|(?:lamela|zgrada|blok) [A-Z]|(?:br\.?|broj) ?[lI1-9][lIO0-9]{0,2}(?:/[lIO0-9]{1,3})?)"
    rf"(?!\w)(?![.,:/-][0-9])(?!\. [a-z]{{3}})(?!,? lokal){_UNIT}"
)
_FLAT = (
    r"(?:,? ?(?i:na |u |iz )?(?:(?:[0-9]{1,2}\.?|[IVX]{1,4}\.?|[a-z]{3,7}(?:i|om|a|oj)) ?)?"
    r"(?:(?i:stanu?|st\.|ulaz\w?|sprat\w?|kat\w?|zgrad[ai]|zgr\.|lamela|apartman|blok|objekat"
    r"|prizemlj?[eua]|potkrovlj?[eua]|suteren\w?|mansard[aei]|dvorist[eua]|barak[aei]|levo|lijevo"
    r"|desno)(?!\w)(?i: broj| ?br\.?)?"
    r"(?: ?[0-9A-Z]{1,4}(?:/[0-9A-Za-z]{1,4})?(?!\w))?|[IVX]{1,4}/[0-9]{1,3})){0,4}"
    r"(?: \((?:ulaz|prizem|sprat|stan|potkrov)[^()]{0,30}\))?"
)
_HOUSE = re.compile(rf",? {_NUMBER}{_FLAT}")
_NAMED_STREET = rf"{_STREET_WORD} ?[^\W_][\w.'-]*(?: [^\W\d_][\w.'-]*){{0,4}}?"
_LAST_SMALL = rf"(?: {_NO_STREET}[a-z]{{4,12}}(?= (?:bb|[0-9]{{1,3}}[a-z]?(?:[/,;).]|$| [0-9A-Z]))))?"
_STREET = re.compile(
    rf"(?<![\w./-])(?:{_NAMED_STREET}|(?!{_SMALL}(?!\w)|[0-9]{{1,3}}\.[0-9]|{_NUMBERED}){_NO_STREET}(?:dr\.? )?{_WORD}"
    rf"(?: {_NO_STREET}{_WORD}){{0,5}}{_LAST_SMALL})(?:, ?| {{1,2}}){_NUMBER}{_FLAT}"
    r"|(?<![\w./-])[1-9][0-9]{0,3}[a-zA-Z]?,? (?:[A-Z][\w'-]* ){1,4}"
    r"(?:St|Str|Street|Road|Rd|Ave|Avenue|Blvd|Boulevard|Square|Lane|venac|trg|ulica|bulevar|put)"
    r"(?!\w)(?:,? (?i:apt|flat|apartment|unit|no)\.? ?\w{1,4})?"
)
_AND_STREET = re.compile(rf"(?:, | i )({_STREET.pattern})(?! [A-Z])")
_TOWN = re.compile(rf"(?:[0-9]{{5}} )?(?:{_SETTLEMENT} )?{_WORD}(?: (?:{_WORD}|[a-z]{{3,12}}(?=,))){{0,3}}")
_VERB = r"(?:je|su|se|nije|nisu|ce|da|koj\w+|[a-z]+(?:ao|io|la|li))\b"
_COLUMN = re.compile(
    r"\b(?:(?:Adresa|Prebivaliste|Boraviste)|(?:ADRESA|PREBIVALISTE))(?: stanovanja| prebivalista)?(?!\w|:)"
)
_NAMES = re.compile(
    r"\b(?:prezime|ime|vlasni[kc]|korisni[kc]|potrosac|stranka|lice|kandidat|podnosilac|zakupac|imenovani)\b",
    re.IGNORECASE,
)
_ROW_ENDS = re.compile(rf"[0-9]{{4}}$|[a-z]{{3}}\. [A-Z]|: |\b{_VERB}")
"""A sentence or label, which are in no row of a table."""

_LEADING = re.compile(
    r"(?: ?\([^()]{3,50}\)(?=:))?[ :,.(-]{0,4}(?i:(?:lagj\w+(?: [a-z]+){0,2}, )?"
    r"(?:(?:na|u|je|i|iz|adresi|adresa|opstini|opstina|gradu|mestu|ulici|ranije|sada|uglu)(?!\w)[ :,]{0,2}){0,4})"
)
_BETWEEN = re.compile(r"(?i: ?[,-]? ?(?:(?:u|na|sa|i|opstina|adresa|adresi|kod|broja)(?!\w)[: ]{0,2}){0,3})")
_STREET_NAMED = re.compile(r"(?<!\w)ulici ?$", re.IGNORECASE)
_PIECES = 3
_FIRST_ROW = re.compile(r"[A-Z][a-z]+ 1\.? [A-Z]")
"""Another heading of a table, and the number of its first row."""

_OF_NUMBER = re.compile(r"br\.?|broj", re.IGNORECASE)

_FIRM = re.compile(
    r"sedist|d\. ?o\. ?o|\ba\. ?d\.|\bpr\b|preduzec|opstin[aeiu]\b|opcin[aeiu]\b|(?<!za )\bgrad (?=\w)"
    r"|organ\b|narucil|ustanov|firm|\bos\b(?!\.)|skol[aeiu]\b"
    r"|agencij|knj?iznic|bibliote|bolnic|\bzavod|\bfond\b|muzej|ministar|gimnazij|fakultet|zadrug"
    r"|kancelarij|ordinacij|ambulant|poslovnic|filijal|\bsalon|prodavnic|\blokal"
    r"|\bobrt|\bvl\b|advokat|\badv\b|punomocni|\bj\.? ?k?\.? ?p\b|drustv"
    r"|(?:belezni[kc]|biljezni[kc]|izvrsitelj)\w* $",
    re.IGNORECASE,
)
_OF_FIRM = re.compile(_FIRM.pattern.replace(r"|opstin[aeiu]\b|opcin[aeiu]\b|(?<!za )\bgrad (?=\w)", ""), re.IGNORECASE)
"""After a person, a municipality is where the home is."""

_LAWYER = re.compile(r"advokat|\badv\b|odvjetni|punomocni", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:tuzen|tuzil|protiv|kup[ac]|prodav|zakup|sv?j?edo[ck]|ucesni|okrivlj|ostecen|predlaga|izmedu|trazi)",
    re.IGNORECASE,
)
"""Prefixes of words that introduce another person, whose address follows the name."""

_AFTER_NAME = re.compile(r"(?:, {1,2}| - )(?:(?i:adres\w+|sa adres\w+|iz|of):? ?)?(?=[A-Z0-9]|ul)")
_PERSONS = re.compile(
    r"jmb|j\.m\.b|licn\w+ kart|\bl\. ?k\.|\blk\b|\boib\b|\brodj?en|\brodj?\.|imejl|broj tekuceg", re.IGNORECASE
)
_HEADS = re.compile(r"\b(?i:direktor|nacelni|upravni|sekretar)\w* (?:[A-Z][\w-]+ ?){1,3},? na $")
_LIVE_THERE = re.compile(r",? (?:stanuj|ziv[ei]|(?:je|su) nastanj|stanova[ol])", re.IGNORECASE)
_BEFORE, _AFTER = 70, 45
_ADDRESS = re.compile(
    r"(?<!\w)(?:[Aa](?:dres[aeius]|DRESA|ddress)(?: [a-z]{2,12}){0,3}"
    r"|(?:[Mm]j?esto i )?[Uu]lica(?: i (?:kucni )?broj|(?=:)))(?: ?: ?| )(?:u )?(?=[A-Z0-9])"
)
_FORM = 160
"""Most characters of a form between a personal number and the address."""

_BETWEEN_WORDS = r"""
iz u na sa s i adres\w* ul ulic\w rodj?\w* jmbg? oib br broj licn\w+ osobn\w+ kart\w+ iskaznic\w* lk tel\w* mob\w*
godin\w godist\w god g supru\w+ otac majk\w sin kci cerk\w brat sestr\w mother father wife husband son daughter pasos\w*
penzioner\w* rodom selo opstin\w mest\w izdat\w* od strane born on residing at iban mlad\w+ star\w+ nga prej
sada ranije ml st s\.r penzij\w kod mala mahal\w naselj?\w* zasel\w+ zaseo\w+ dipl ing inz mas el grad prav ekon oec
mr dr prof spec
e-?mail\w* i?mejl\w* banon\w* lakcim\w* lakhely\w* rr
"""
_TO_HOME = re.compile(
    r"(?>[ ,;:()/.|\[\]-]|[\w.+-]+@[\w.-]+|[0-9+][\w/.+-]*|[A-Z][\w'-]*"
    rf"|(?<=, )(?!{_VERB})[a-z]{{2,16}}(?: (?!{_VERB})[\w/-]{{1,16}}){{0,4}}(?=,)|(?<=\()[a-z]{{4,16}}(?=\))"
    rf"|(?i:{one_of(_BETWEEN_WORDS)})(?!\w))*+"
)
"""What stands between a person and the home: numbers, towns, kinship, an occupation."""

_MOST_BETWEEN = 120
_ROW, _LONGEST_ROW = re.compile(r"(?<![\w.,/-])([0-9]{1,3})[.)]? $"), 6
_THIRTEEN = re.compile(r"(?<![0-9])[0-9]{11}(?:[0-9]{2})?(?![0-9])")


def homes(text: str, persons: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield home addresses: town, street and number. ``persons`` are the places of names, after which an address is
    personal."""
    persons = sorted(persons)
    found = sorted(
        {
            *_address_spans(text),
            *_of_persons(text, persons),
            *_near_persons(text, persons),
            *_of_forms(text, persons),
            *_in_tables(text, persons),
        }
    )
    yield from found
    for _, last in found:
        end = last
        while (more := _AND_STREET.match(text, end)) and not is_town(name_tokens(more[1])[0]):
            yield more.span(1)
            end = more.end(1)
    # A home may be stated more than once.
    named = (_STREET.search(text, begin, end) for begin, end in found)
    for street in {one[0] for one in named if one}:
        parts = [re.escape(part) for part in street.replace(",", " ").split() if not _OF_NUMBER.fullmatch(part)]
        again = r"[ ,]{1,3}(?:(?:br\.?|broj) ?)?".join(parts)
        yield from (place.span() for place in re.finditer(rf"(?<!\w){again}(?!\w)", text, re.IGNORECASE))


def _of_persons(text: str, persons: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for begin, end in persons:
        between = _AFTER_NAME.match(text, end)
        if between and not _is_firms(text, begin) and (last := _end(text, between.end())):
            yield between.end(), last


def _of_forms(text: str, persons: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what stands after "adresa" in a form of a person: after a personal number or name, or before a name."""
    begins = [begin for begin, _ in persons]
    for label in _ADDRESS.finditer(text):
        end = _end(text, label.end())
        if end is None:
            continue
        before = text[max(0, label.start() - _FORM) : label.start()]
        signs = [sign.end() for sign in _PERSONS.finditer(before) if sign[0].lower() != "oib"]
        near = bisect_left(begins, label.start())
        is_named = any(label.start() - _FORM < begin < end + _AFTER for begin in begins[max(0, near - 1) : near + 1])
        since = signs[-1] if signs else max(0, len(before) - _BEFORE)
        inside = persons[bisect_left(begins, label.end()) : bisect_left(begins, end)]
        has_names = any(" " in text[first:last] and text[last : last + 1] == " " for first, last in inside)
        is_heading = ":" not in label[0] and (has_names or end + 1 in begins)
        # Who heads a body is written to at its address.
        is_heading = is_heading or _HEADS.search(before) is not None
        if (signs or is_named) and not (is_heading or _FIRM.search(label[0]) or _FIRM.search(before, since)):
            yield label.end(), end


def _near_persons(text: str, persons: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the first street and number after a person or a personal number, with nothing between but what belongs to
    the person."""
    numbers = [number.span() for number in _THIRTEEN.finditer(text)]
    begins = [begin for begin, _ in persons]
    starts = set(begins)
    for begin, end in [*persons, *numbers, *births(text)]:
        following = bisect_left(begins, end)
        last = min([end + _MOST_BETWEEN, len(text), *begins[following : following + 1]])
        street = _STREET.search(text, end, last)
        before = bisect_left(begins, begin)
        if street is None or _is_firms(text, begin, persons[before - 1][1] if before else 0):
            continue
        between = text[end : street.start()]
        row = _ROW.search(text, max(0, begin - _LONGEST_ROW), begin)
        is_last = not starts.isdisjoint((street.end() + 1, street.end() + 2))
        if row and is_last and street[0].endswith(f" {int(row[1]) + 1}"):
            # The number of the next row.
            continue
        label = between.find("adres")
        if label >= 0 and _HEADS.search(text, max(0, begin - _BEFORE), street.start() - len(between) + label):
            continue
        is_beside = _TO_HOME.fullmatch(between) or (row and not _ROW_ENDS.search(between + street[0]))
        if is_beside and not _OF_FIRM.search(between + street[0]):
            yield street.span()


def _in_tables(text: str, persons: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the first street after each name of a table that has a column of addresses, or that before it where that
    column comes first."""
    begins = [begin for begin, _ in persons]
    for column in _COLUMN.finditer(text):
        is_after = _NAMES.search(text, max(0, column.start() - _BEFORE), column.start()) is not None
        if not is_after and not _NAMES.match(text, column.end() + 1):
            continue
        for at in range(bisect_left(begins, column.end()), bisect_left(begins, column.end() + TABLE)):
            begin, end = persons[at]
            is_street = text.count(" ", begin, end) > 1 or begin - 1 == persons[at - 1][1]
            if is_after and is_street and (number := _HOUSE.match(text, end)):
                # The street was taken for a name.
                yield number.span()
            if is_after:
                begin, end = end, min([end + _MOST_BETWEEN, len(text), *begins[at + 1 : at + 2]])
            else:
                begin, end = max(column.end(), begin - _BEFORE, *(last for _, last in persons[:at][-1:])), begin - 1
            street = _STREET.search(text, begin, end)
            row = text[begin : street.end()] if street else ""
            if street and (is_after or street.end() == end) and not (_OF_FIRM.search(row) or _ROW_ENDS.search(row)):
                yield street.span()


def _is_firms(text: str, at: int, since: int = 0) -> bool:
    """Return whether the preceding words are of a firm, body or lawyer, without another person after them, who
    ends at ``since``."""
    before = text[max(0, at - _BEFORE, since, text.rfind(";", 0, at)) : at]
    if before.endswith(" i ") and not _LAWYER.search(before):
        # Another party than the firm.
        return False
    roles = [role.end() for role in _ROLE.finditer(before)]
    return _FIRM.search(before, roles[-1] if roles else 0) is not None


def _address_spans(text: str) -> Iterator[tuple[int, int]]:
    for label in _HOME.finditer(text):
        leading = _LEADING.match(text, label.end())
        start = leading.end() if leading else label.end()
        if leading and (street := _STREET_NAMED.search(leading[0])):
            start = label.end() + street.start()
        end = _end(text, leading.end() if leading else start) or _end(text, start)
        if end and not (_FIRST_ROW.match(text, start) and ":" not in text[label.start() : start]):
            yield start, end
    for label in _FROM.finditer(text):
        least = int(not (label["street"] or label["village"]))
        if not _is_firms(text, label.start()) and (end := _end(text, label.end(), least)):
            yield label.end(), end
    for lives in _LIVE_THERE.finditer(text):
        *_, street = [None, *_STREET.finditer(text, max(0, lives.start() - _BEFORE), lives.start())]
        if street and street.end() == lives.start():
            yield street.span()
    if not _PERSONS.search(text):
        return
    for found in _STREET.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        names_street = re.match(_STREET_WORD, found[0])
        is_home = _PERSONS.search(text, found.end(), found.end() + _AFTER) or (names_street and _PERSONS.search(before))
        if is_home and not _FIRM.search(before) and not _FIRM.search(found[0]):
            yield found.span()


def _end(text: str, start: int, least: int = 0) -> int | None:
    """Return the end of an address that begins there: ``least`` to three towns, then a street with a number; None if
    there is none."""
    at = start
    for towns in range(_PIECES):
        if towns >= least and (street := _STREET.match(text, at)):
            return street.end()
        town = _TOWN.match(text, at)
        if town is None:
            return None
        between = _BETWEEN.match(text, town.end())
        at = between.end() if between else town.end()
    return None
