"""What lets signers find their line in the public log, and the chain of that log."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "receipts",
        sa.Column("ref", sa.String(length=8), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.String(length=32), nullable=False),
        sa.Column("listed", sa.String(length=32), nullable=False),
        sa.Column("first", sa.DateTime()),
        sa.Column("changed", sa.DateTime()),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_table(
        "public_log",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )


def downgrade() -> None:
    op.drop_table("public_log")
    op.drop_table("receipts")
