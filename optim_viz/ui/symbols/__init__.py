"""The page of symbols and terms."""
