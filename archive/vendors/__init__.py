"""Who the vendors are: names as printed and register numbers, made into the firms behind them. Knows no database."""
