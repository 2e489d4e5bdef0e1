"""PostgreSQL through SQLAlchemy and pg8000: the truth."""
