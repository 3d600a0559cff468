"""The staff bot: linked accounts, linking codes, notices.

Older code may still run on it: three new tables it does not ask for.
"""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "staff_links",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_links_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_links")),
        sa.UniqueConstraint("lookup", name=op.f("uq_staff_links_lookup")),
    )
    op.create_table(
        "link_codes",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_link_codes_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_link_codes_digest")),
    )
    op.create_table(
        "notices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("open_as", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("over_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_notices_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notices_staff_id_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("open_as", name=op.f("uq_notices_open_as")),
        sa.UniqueConstraint("ref", name=op.f("uq_notices_ref")),
    )
    op.create_index(op.f("ix_notices_conversation_id"), "notices", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_notices_over_at"), "notices", ["over_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_notices_over_at"), table_name="notices")
    op.drop_index(op.f("ix_notices_conversation_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_table("link_codes")
    op.drop_table("staff_links")
