"""What the archive says of a search, of a certificate, of doubts and of missing papers."""

from __future__ import annotations

from webapp.languages.translation import marked

SENTENCES = (
    # How a query was understood.
    marked("Nothing was left to search for, so every document is found."),
    marked("An exact search leaves out words that OCR may have made of these."),
    marked("Words that OCR may have made of these are searched for, too."),
    marked("Excerpts are shown for the first %(count)s matching pages of a document."),
    marked("More than %(count)s operators were nested in each other; the words were searched for without operators."),
    marked(
        "NEAR joins words and phrases of the pages, not exclusions or fields; the words were searched for without "
        "operators."
    ),
    marked("An operator alone was searched for as a word."),
    marked("“%(word)s” was searched for as a word; the operator is %(operator)s."),
    marked("“%(word)s” is only punctuation and was left out; quote it to search for it."),
    marked("The question mark at the end was taken as punctuation, not as a wildcard."),
    marked("A parenthesis was not closed; it was closed at the end."),
    marked("“%(operator)s” has nothing before it to join and was left out."),
    marked("“%(operator)s” has nothing after it to join and was left out."),
    marked("A pair of parentheses with nothing in it was left out."),
    marked("NEAR reaches 1 to %(most)s words; NEAR/%(distance)s was searched for."),
    marked("Quotation marks with nothing between them were left out."),
    marked("“~” after quotation marks was left out; write for example video NEAR/5 nadzor."),
    marked("A quotation mark has no partner and was ignored."),
    marked("“%(name)s:” was searched for as a word; to search in the field, write %(field)s:word without a space."),
    marked("“%(name)s:” is no field and was searched for as text; is it %(field)s: ?"),
    marked("“%(typed)s” does not name %(our_thing)s. “%(text)s” was searched for on the pages."),
    marked("a year, or years such as 2019..2021"),
    marked("a date, or dates such as 2020-01..2020-06-15"),
    marked("an amount, or amounts such as 1.000.000..2.000.000 or >=1000000"),
    marked("a kind of document; kinds are %(kinds)s"),
    marked("a language such as Serbian, or the code of one such as sr-Cyrl"),
    marked("a reading quality: good, fair or unreliable"),
    marked("the number of a firm"),
    marked("Words in quotation marks after %(field)s: may stand in any order in it."),
    marked("“%(word)s” is too short for a wildcard and was searched for as a word; %(count)s letters are needed."),
    marked("“%(word)s” is too short for a fuzzy search and was searched for as a word; %(count)s letters are needed."),
    marked("“%(word)s” was searched for with %(count)s wrong letter."),
    marked("“%(word)s” was searched for with %(count)s wrong letters."),
    marked("An asterisk inside quotation marks is not a wildcard."),
    marked("“%(text)s” was searched for as one date."),
    marked("“%(text)s” was searched for as one number."),
    # Why a fact is doubtful.
    marked("none was found in this %(our_kind)s"),
    marked("the rule was %(share)s%% sure"),
    marked("check failed: %(numbers)s"),
    marked("words differ: yes"),
    marked("sum differs: yes"),
    marked("another rule says %(value)s"),
    # Why two vendors may be one.
    marked("both are printed with %(number)s"),
    marked("the name fits this vendor and another one, too"),
    marked("one name, with another seat or legal form"),
    marked("the names are alike (%(share)s%%)"),
    # Why a paper has to exist.
    marked("A procedure begins with a notice, unless it was negotiated without one (Law of 2012, articles 55 and 57)."),
    marked("Bids are made on tender documents (Law of 2012, article 61)."),
    marked("The opening of bids is recorded (Law of 2012, article 104)."),
    marked("A contract follows a decision of award (Law of 2012, article 108; of 2019, article 146)."),
    marked("An annex changes a contract (Law of 2012, article 115; of 2019, article 156)."),
    marked("A reply, a decision or an appeal follows a request (FOI Law, articles 15 and 16)."),
    # Whether a quotation stands in the archive.
    marked("There is no reading %(reading)s; the newest is %(newest)s."),
    marked("Reading %(reading)s ends with word %(word)s."),
    marked("Other words stand at this address."),
    marked(
        "The words at this address are the quotation, but their hash is not the one in the citation: others were cited."
    ),
    marked("The words at this address are there; their hash is not the one in the citation: others were cited."),
    marked("exactly as cited"),
    marked("with the hash that was cited"),
    marked("The words stand in reading %(reading)s, the newest, %(our_how)s."),
    marked(
        "The words stand in reading %(reading)s %(our_how)s, but reading %(newest)s, the newest, has nothing of them."
    ),
    marked(
        "The words stand in reading %(reading)s %(our_how)s, but they read otherwise in reading %(newest)s, the "
        "newest, on page %(page)s as words %(words)s."
    ),
    marked(
        "The words stand in reading %(reading)s %(our_how)s, and in reading %(newest)s, the newest, on page %(page)s "
        "as words %(words)s."
    ),
    marked("What stands there: %(words)s"),
    marked("Nothing like the quotation stands in reading %(reading)s on this page."),
    marked("What is most like the quotation is on page %(page)s, words %(words)s."),
    marked("Those cited are words %(words)s of reading %(reading)s."),
    marked("More documents may have these words; %(count)s were looked at."),
    marked("These words stand nowhere in the archive."),
    marked(
        "Not these words, but others like them stand in “%(title)s”, page %(page)s, words %(words)s of reading "
        "%(reading)s."
    ),
    marked("The words stand in “%(title)s”, page %(page)s, words %(words)s of reading %(reading)s."),
    marked(
        "The words stand in “%(title)s”, page %(page)s, words %(words)s of reading %(reading)s, and in %(count)s "
        "more places."
    ),
    marked("The archive has no document with the SHA-256 %(id)s."),
    marked("In the archive, other punctuation stands at the edges of the quotation."),
    marked("Spaces stand elsewhere than in the quotation."),
    marked("The archive has it in the other script."),
    marked("as cited, with alterations that are named"),
    marked("The words stand there, but the citation says of them what the archive does not."),
    marked("The last words stand neither there nor do they name a source."),
    marked("%(good)s of %(count)s citations are verified."),
    # What a citer altered, and what to beware of.
    marked("The quotation leaves out: “%(archived)s”."),
    marked("The quotation begins with “%(cited)s”; the archive has “%(archived)s”."),
    marked("The citer changed a letter, in brackets; the archive has “%(archived)s”."),
    marked("Inserted by the citer: “%(cited)s”."),
    marked("The citer added “%(cited)s”."),
    marked("The archive has other quotation marks: “%(archived)s”."),
    marked("The archive has other dashes: “%(archived)s”."),
    marked("A word is hyphenated otherwise: the quotation has “%(cited)s”, the archive “%(archived)s”."),
    marked("Other punctuation stands at an edge: the quotation has “%(cited)s”, the archive “%(archived)s”."),
    marked("Spaces stand elsewhere beside punctuation; the archive has “%(archived)s”."),
    marked("The archive has it in the other script: “%(archived)s”."),
    marked("The same letters are written with other characters; the archive has “%(archived)s”."),
    marked("The permalink leads to more words than are quoted."),
    marked("The citer put a source behind it: “%(cited)s”."),
    marked("The quotation has running heads or feet of the pages in it: “%(cited)s”."),
    marked("Words just outside of the quotation may deny or condition it: “%(archived)s”."),
    marked("Words that the quotation leaves out may deny or condition it: “%(archived)s”."),
    marked("Words that the citer inserted may deny or condition it: “%(cited)s”."),
    marked("The quotation may cut a number or its sign: the archive has “%(archived)s”."),
    # What a citation says beside its quotation.
    marked("number"),
    marked("parties"),
    marked("article"),
    marked("paragraph"),
    marked("point"),
    marked("section"),
    marked("part"),
    marked("schedule"),
    marked("sub-point"),
    marked("indent"),
    marked("clause"),
    marked("page"),
    marked("SHA-256"),
    marked("reading"),
    marked("words"),
    marked("author"),
    marked("archive"),
    marked("note"),
    marked("permalink"),
    marked("key"),
    marked("file name"),
    marked("body"),
    marked("prefix"),
    marked("suffix"),
    marked("position"),
    marked("box"),
    marked("source"),
    marked("media type"),
    marked("accessed"),
    marked("created"),
    marked("the words around it"),
    marked("other fields"),
)
