"""All tables. A test compares the schema that the migrations make with them."""

from classpulse.core import access_tables, record_tables, tables

# A module of tables adds them to this object when it is imported.
metadata = tables.metadata
MODULES = (tables, access_tables, record_tables)
