"""Every name by which an entry is known, for finding it again; and news that the next digest brings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "gathered",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_gathered_recipient", "gathered", ["recipient"], unique=False)
    op.create_table(
        "names",
        sa.Column("ref", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("ref", "key"),
    )
    op.create_index("ix_names_key", "names", ["key"], unique=False)
    # What was there is known by its own name until it changes next.
    op.execute("INSERT INTO names (ref, \"key\") SELECT ref, fold FROM signatures WHERE fold <> ''")


def downgrade() -> None:
    op.drop_table("names")
    op.drop_table("gathered")
