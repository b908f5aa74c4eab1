"""The words of the field as plain values: no files, no database, no clock, standard library only."""
