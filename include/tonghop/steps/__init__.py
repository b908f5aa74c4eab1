"""The steps of a quarter: open, collect, consolidate, publish. Each can be killed and run again."""
