"""Texts of the shipped findings and the rules of counting."""

from __future__ import annotations

from webapp.languages.translation import marked

SENTENCES = (
    # The rules of counting.
    marked("A near-identical copy of a document is not counted."),
    marked("However many documents one procedure or request has, it is counted once."),
    marked(
        "The documents that speak are heard in the order given; a newest annex speaks in the place of its contract."
    ),
    marked("An amount that several vendors share is in the total and in no vendor's row."),
    marked(
        "Where rows do not add up to the total, a row of its own says what is shared by several rows, and how much."
    ),
    marked("What is unknown or unclear is counted apart and never taken for 0."),
    # Columns that are put together from several words.
    marked("%(currency)s with VAT"),
    marked("%(currency)s without VAT"),
    marked("%(currency)s VAT unknown"),
    marked("VAT unknown"),
    marked("%(our_capability)s (denied)"),
    marked("figures of 2020, derived from Serbian public registers"),
    # capabilities.toml
    marked("Capabilities mentioned"),
    marked(
        "In how many procedures of a municipality a capability of the watchlist is mentioned, and in how many it is "
        "said not to be there."
    ),
    marked("Whether the capability was delivered or is in use: a mention is what a document says."),
    marked("Capabilities that the watchlist does not name."),
    marked("No mention"),
    marked("(denied)"),
    # competition.toml
    marked("Competition"),
    marked(
        "How many procedures had one bid, how many had several. One bid is a signal to check (R018 of the Cardinal "
        "indicators), no proof of anything."
    ),
    marked("Why nobody else made a bid."),
    marked("Procedures whose lots had one bid and several: they are unclear here."),
    marked("Bids unknown"),
    marked("No bid"),
    marked("One bid"),
    marked("Several bids"),
    # foi-outcomes.toml
    marked("Outcomes of requests for information"),
    marked("How requests for information of public importance ended, by municipality."),
    marked("Requests whose papers are not in the archive."),
    marked("Whether what was granted was all there is."),
    marked("Outcome unknown"),
    marked("Granted"),
    marked("Granted in part"),
    marked("Refused"),
    marked("No answer"),
    # missing-documents.toml
    marked("Procedures with missing documents"),
    marked("Papers that the law makes exist beside those of a procedure, and that the archive does not have."),
    marked("Whether a paper was never made, was not asked for or was not handed over."),
    marked("Nothing missing"),
    # quantities.toml
    marked("Cameras and places"),
    marked("How many cameras were contracted, and in how many places, with the annexes that change it."),
    marked("Whether they were put up."),
    marked("Cameras bought without a contract that is in the archive."),
    # spending.toml
    marked("Spending by municipality and year"),
    marked("What municipalities contracted, by the year of the contract, or of the award where there is no contract."),
    marked("Contracts that are not in the archive."),
    marked("What was paid in the end: these are the values of contracts, their annexes or awards."),
    marked("Value unknown"),
    # vendors.toml and vendors-by-municipality.toml
    marked("Vendors by municipality"),
    marked("Who was given contracts, in which municipality, how many and for how much."),
    marked("Which part of a joint contract is whose."),
    marked("Who was given contracts, how many and for how much, in all municipalities together."),
    marked("Vendors"),
    marked(
        "Currencies stand apart, and so do amounts with and without VAT. Nothing is converted unless by a rate told "
        "here."
    ),
    # Heads of columns are put together: a label, what it is about, and which of several numbers.
    marked("%(word_head)s: %(word_rest)s"),
    marked("lowest"),
    marked("median"),
    marked("highest"),
    # What changed between two states of the archive, and rates.
    marked("Documents that were read again since: %(count)s. Whether the search finds them, their new words say."),
    marked(
        "Documents whose facts of that time were not kept: %(count)s. They count with the oldest facts that rules "
        "read in them and that are kept."
    ),
    marked("Converted: %(count)s amounts by %(rate)s."),
    marked("Not converted: %(count)s amounts in %(currency)s, for whose dates rates.toml has no rate to %(to)s."),
    marked("added"),
    marked("read again"),
    marked("read by other rules"),
    marked("decided by a person"),
    marked("decision taken back"),
    marked("vendors merged or split"),
    marked("nothing happened to its documents: others changed what belongs together, or which is a copy"),
)
