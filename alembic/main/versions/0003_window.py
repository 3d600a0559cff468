"""WhatsApp: until when an address may be answered freely.

Older code may still run on it: one column it does not ask for. It also knows nothing of outbox rows in the states
`accepted` and `held`, and leaves them alone.
"""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("addresses", sa.Column("open_until", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """What waited for its reader or for a word of the platform is as good as refused for code that knows neither."""
    op.execute("UPDATE outbox SET state = 'refused', reason = 'downgraded', payload = NULL WHERE state = 'held'")
    op.execute("UPDATE outbox SET state = 'sent', payload = NULL WHERE state = 'accepted'")
    # Not as a batch: on SQLite that remakes the table, and the rows of other tables would lose their address.
    op.drop_column("addresses", "open_until")
