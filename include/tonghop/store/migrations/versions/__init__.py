"""One module per migration, named r<number>_<what>; a migration that was released is never edited.

Each goes up and down with rows in the tables, on both databases (tests/store/test_migrations.py walks all of them).
What a downgrade has no table or column for makes `migrating.downgrade` refuse, by itself. A downgrade that would have
to change a value that stays must raise, too: a filed figure is never lost silently. The triggers of `events` stay in
force; SQLite drops them with a table that is rebuilt.
"""
