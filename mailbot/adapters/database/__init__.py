"""SQLAlchemy Core: tables, unit of work, queries; nothing else in the tree says SQL."""
