"""Reads every table of a lake in a folder with pyiceberg and with DuckDB's iceberg extension.

Prints {"layer.table": {"pyiceberg": rows, "duckdb": rows, "columns": [...], "commented": n,
"pyiceberg_nulls": {column: n}, "duckdb_nulls": {column: n}}} as JSON. Argument: the lake's folder.
"""

import glob
import importlib.util
import json
import os
import sys

import duckdb
from pyiceberg.catalog.sql import SqlCatalog

root = sys.argv[1]
connection = duckdb.connect()
connection.execute("set autoinstall_known_extensions = false")
connection.execute("set autoload_known_extensions = false")
for name in ("avro", "iceberg"):  # iceberg needs avro
    folder = importlib.util.find_spec("duckdb_extension_" + name).submodule_search_locations[0]
    (path,) = glob.glob(os.path.join(folder, "extensions", "*", name + ".duckdb_extension"))
    connection.execute(f"load '{path}'")

catalog = SqlCatalog("lake", uri=f"sqlite:///{root}/catalog.db", warehouse="file://" + root)
tables = {}
for namespace in catalog.list_namespaces():
    for identifier in catalog.list_tables(namespace):
        table = catalog.load_table(identifier)
        fields = table.schema().fields
        columns = [f.name for f in fields]
        rows = table.scan().to_arrow()
        nulls = ", ".join(f'count(*) - count("{c}")' for c in columns)
        if table.current_snapshot() is None:  # iceberg_scan asks for one
            counted = [0] * (len(columns) + 1)
        else:
            counted = connection.execute(f"select count(*), {nulls} from iceberg_scan('{table.metadata_location}')").fetchone()
        tables[".".join(identifier)] = {
            "pyiceberg": rows.num_rows,
            "duckdb": counted[0],
            "columns": columns,
            "commented": sum(1 for f in fields if f.doc),
            "pyiceberg_nulls": {c: rows.column(c).null_count for c in columns},
            "duckdb_nulls": dict(zip(columns, counted[1:])),
        }
print(json.dumps(tables))
