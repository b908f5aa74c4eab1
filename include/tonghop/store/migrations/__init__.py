"""Alembic scripts of the store; `tonghop.store.migrating` applies them."""
