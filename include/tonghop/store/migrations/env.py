"""Runs migrations on the connection the store hands over, inside its transaction."""

from alembic import context

from tonghop.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
