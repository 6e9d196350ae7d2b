"""Train the scorer of facts (:mod:`indexer.facts.scoring`) and measure it on sources that it was not trained on."""
