"""One module per migration, named r<number>_<what>; a migration that was released is never edited."""
