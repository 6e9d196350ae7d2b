"""Texts of the shipped findings that compare papers with each other or with the law."""

from __future__ import annotations

from webapp.languages.translation import marked

SENTENCES = (
    # annex-percent.toml
    marked("By how much annexes changed the price"),
    marked("By how many percent annexes changed the price of a contract; less than 0 is a lower price."),
    marked("Price unknown before or after"),
    marked("Contracts or annexes that are not in the archive."),
    marked("Why the price was changed, and whether the law allowed it."),
    marked("Percent, in RSD"),
    marked("Percent, in EUR"),
    marked("Percent, in BAM"),
    # annexes.toml
    marked("What annexes changed"),
    marked("The price of each contract before its annexes and after them."),
    marked("Before"),
    marked("After"),
    marked("Added"),
    # cooperation.toml
    marked("Cooperation agreements with the ministry"),
    marked(
        "Agreements on cooperation, protocols and memoranda whose text names the Ministry of the Interior or the "
        "police."
    ),
    marked("Kind unknown"),
    marked("Agreements that are not in the archive, or whose title does not say that they are agreements."),
    marked("Whether the ministry is a party: its name stands in the text. Read the first page."),
    marked("Agreements"),
    marked("Called a contract"),
    # days-to-deadline.toml
    marked("Days from call to deadline"),
    marked(
        "How many days bidders had. Fewer than 15 are a signal to check (R003 of the Cardinal indicators), no proof "
        "of anything: inputs are the day of the call and the closing date for offers."
    ),
    marked("Call or deadline unknown"),
    marked("When the call was published, if that was later than the day that it bears."),
    marked("Where only a decision tells when the procedure was opened, days are counted from there."),
    marked("Whether bidders knew of the call before."),
    marked("Under 15 days"),
    marked("15 to 29 days"),
    marked("30 days or more"),
    # foi-days.toml
    marked("Days to answer a request for information"),
    marked("How many days passed before a request for information was answered; the law gives 15."),
    marked("No answer, or days unknown"),
    marked(
        "The day of receipt where no paper tells it: days since the request was sent stand apart, and may be too many."
    ),
    marked("Days from receipt"),
    marked("Days from sending"),
    # foi-in-time.toml
    marked("Requests for information answered in time"),
    marked(
        "Whether requests for information of public importance were answered within the 15 days of the law, counted "
        "from the receipt, or from the request where no paper tells of the receipt."
    ),
    marked("Days unknown"),
    marked('Answers that came and are not in the archive: "no answer in the archive" is as of the newest event.'),
    marked("Whether the body had told in time that it needs up to 40 days."),
    marked("Within 15 days"),
    marked("Later"),
    marked("Over 15 days since it was sent"),
    marked("Silence, says an appeal"),
    marked("No answer in the archive"),
    marked("Time still runs"),
    # just-under-limits.toml
    marked("Values just under a limit"),
    marked(
        "Procedures whose estimated value lies within 10 percent under a limit of procurement law, above which more "
        "is asked of the buyer. A signal to check, no proof of anything: inputs are the estimated value without VAT, "
        "the day of the earliest paper, the CPV code, and the limits of that day."
    ),
    marked("No estimate, or no limit known"),
    marked("Whether a need was split into several purchases: look at what the same buyer bought in the same year."),
    marked("Limits of other countries, and Serbia's before April 2013."),
    marked("Estimates that the papers give with VAT, or not at all."),
    marked("Just under"),
    marked("Further under"),
    marked("Above all limits"),
    marked("no procedure, 400,000"),
    marked("small value, 3,000,000"),
    marked("no procedure, 500,000"),
    marked("small value, 5,000,000"),
    marked("law not applied, 1,000,000"),
    marked("law not applied, 3,000,000"),
    # odd-clauses.toml
    marked("Clauses that differ from the template"),
    marked(
        "Of the contracts that are made on one template, how many have clauses that the template has not. Each "
        "number leads to the clauses."
    ),
    marked("On no template"),
    marked("Which contract the others were copied from: the one that is like most of them stands for the template."),
    marked("Clauses that a contract lacks."),
    marked("Contracts without clauses that could be told apart."),
    marked("No odd clause"),
    marked("1 to 3 odd clauses"),
    marked("Over 3 odd clauses"),
    # price-of-a-camera.toml
    marked("Price of a camera"),
    marked(
        "What a municipality paid for each contracted camera: the price of the contract with its annexes, divided by "
        "the number of cameras."
    ),
    marked("Price or number unknown"),
    marked(
        "The price of the camera alone: cables, software, recorders and work are in the price of the contract, too."
    ),
    marked("Whether two cameras are of one make and can do the same."),
    marked("Prices of single items in the tables of bids, which are not read."),
    marked("A camera"),
    # prices-of-bids.toml
    marked("Signals in the prices of bids"),
    marked(
        "Signals to check, no proof of anything: two bidders with one price (R028 of the Cardinal indicators), a "
        "lowest bid that was turned down (R036) or did not win, a winner whose rivals were all turned down (R035). "
        "Inputs are the prices and results of bids in minutes and decisions, and the price of the contract."
    ),
    marked("Prices of two bids unknown"),
    marked("Bids whose prices no paper of the archive tells."),
    marked("Why a lowest bid did not win: where price is not the only criterion, that is usual."),
    marked("That a bid was turned down, where the paper does not say so beside its price."),
    marked("Bids for lots and in variants: a bidder with two prices is left out with all others."),
    marked("One price twice (R028)"),
    marked("Lowest bid lost"),
    marked("Lowest bid turned down (R036)"),
    marked("All others turned down (R035)"),
    marked("found"),
    marked("not found"),
    # procedure-methods.toml
    marked("Methods of procurement"),
    marked(
        "By which kind of procedure municipalities bought, as their papers say. A negotiated procedure without a "
        "call is a thing to look at, and the law allows it in some cases."
    ),
    marked("Method unknown"),
    marked("Why this kind of procedure was chosen, and whether the law allowed it."),
    marked("The kind of procedure of forms whose boxes are pictures: no box can be read there."),
    marked("Framework agreements: any kind of procedure may end in one."),
    marked("Open"),
    marked("Restricted"),
    marked("Qualification"),
    marked("Negotiated"),
    marked("Negotiated with a call"),
    marked("Negotiated without a call"),
    marked("Competitive dialogue"),
    marked("Innovation partnership"),
    marked("Design contest"),
    marked("Small value"),
    marked("Competitive request"),
    marked("Price quotation"),
    marked("Direct agreement"),
    marked("Not under law"),
    # short-periods.toml
    marked("Periods for bids against the law"),
    marked(
        "Whether the days from call to deadline are as many as the law asks for the kind of procedure. A signal to "
        "check, no proof of anything: inputs are the day of the call, the closing date, the kind of procedure, and "
        "the least period of the law on that day."
    ),
    marked(
        "Whether the law allowed a shorter period in this case, as after a prior notice or where there was urgency."
    ),
    marked("The least period under the Law of 2019, which depends on value, subject and way of publication."),
    marked("Shorter than the law asks"),
    marked("As long as the law asks"),
    marked("Least period not known"),
)
