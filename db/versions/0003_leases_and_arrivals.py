"""Who works on the campaign now; and mail that was taken in and waits for any worker to read it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.String(length=200), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("locator", sa.String(length=800), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("locator", name=op.f("uq_arrivals_locator")),
    )
    op.create_index("ix_arrivals_disposition", "arrivals", ["disposition"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE names ALTER COLUMN "key" TYPE VARCHAR(400) COLLATE "C"')


def downgrade() -> None:
    op.drop_table("arrivals")
    op.drop_table("leases")
