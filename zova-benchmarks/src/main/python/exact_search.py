"""Exact cosine search by libraries for Python, on vectors that the caller has written to a file.

Usage: exact_search.py sqlite-vec|usearch|numpy probe
       exact_search.py sqlite-vec|usearch|numpy FILE COUNT DIMENSIONS QUERIES LIMIT

The file holds COUNT vectors and then the queries, 32-bit floats, little-endian. Prints one JSON object:
vectors put and queries answered per second, and the numbers of the vectors that the first query found.
"""

import json
import os
import sys
import tempfile
import time


class Numpy:
    def __init__(self, _):
        import numpy
        self.numpy = numpy

    def put(self, vectors):
        self.matrix = vectors / self.numpy.linalg.norm(vectors, axis=1, keepdims=True)

    def search(self, query, limit):
        scores = self.matrix @ (query / self.numpy.linalg.norm(query))
        best = self.numpy.argpartition(-scores, limit)[:limit]
        return best[self.numpy.argsort(-scores[best])].tolist()


class Usearch:
    def __init__(self, _):
        from usearch import index
        self.index = index

    def put(self, vectors):
        self.vectors = vectors

    def search(self, query, limit):
        found = self.index.search(self.vectors, query, limit, self.index.MetricKind.Cos, exact=True)
        return [int(key) for key in found.keys]


class SqliteVec:
    def __init__(self, folder):
        # Not Python's own sqlite3 module, which is often built without the loading of extensions.
        import apsw
        import sqlite_vec
        self.connection = apsw.Connection(os.path.join(folder, "vec.db"))
        self.connection.enable_load_extension(True)
        self.connection.load_extension(sqlite_vec.loadable_path())

    def put(self, vectors):
        dimensions = vectors.shape[1]
        self.connection.execute(
            f"create virtual table docs using vec0(v float[{dimensions}] distance_metric=cosine)")
        for first in range(0, len(vectors), 1000):
            rows = [(first + i, v.tobytes()) for i, v in enumerate(vectors[first:first + 1000])]
            with self.connection:
                self.connection.executemany("insert into docs(rowid, v) values (?, ?)", rows)

    def search(self, query, limit):
        sql = "select rowid from docs where v match ? and k = ? order by distance"
        return [row[0] for row in self.connection.execute(sql, (query.tobytes(), limit))]


def main():
    import numpy

    kind = {"numpy": Numpy, "usearch": Usearch, "sqlite-vec": SqliteVec}[sys.argv[1]]
    with tempfile.TemporaryDirectory() as folder:
        engine = kind(folder)
        if sys.argv[2] == "probe":
            return
        count, dimensions, queries, limit = map(int, sys.argv[3:7])
        everything = numpy.fromfile(sys.argv[2], dtype="<f4").reshape(-1, dimensions)
        start = time.perf_counter()
        engine.put(everything[:count])
        put = time.perf_counter() - start
        first = engine.search(everything[count], limit)
        start = time.perf_counter()
        for query in everything[count:count + queries]:
            engine.search(query, limit)
        searched = time.perf_counter() - start
    print(json.dumps({"put": count / put, "search": queries / searched, "first": first}))


if __name__ == "__main__":
    main()
