#!/usr/bin/env python3
"""Writes the golden databases in db/: NAME.tar.gz holds the database NAME/db and
NAME/pairs.txt, the live pairs in hex as RocksDB itself reads them back.

aim.txt lists the databases of backend/testdata/repos with the number of their
live pairs and the SHA-256 over "key value\\n" in hex, read likewise.

Needs the packages rocksdict (RocksDB 9) and aimrocks (RocksDB 6.29), and ldb
of Debian's rocksdb-tools. Everything written is the same in each run except
for identities, times and file numbers.
"""
import hashlib
import io
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import aimrocks
import rocksdict as rd

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "db")
WORK = tempfile.mkdtemp(prefix="rocks-golden-")


def dataset(seed=1, keys=240):
    """Three rounds of operations; a flush belongs between the rounds."""
    rnd = random.Random(seed)
    names = [b"run\xfe%03d\xfe%s\xfe" % (i // 8, w) for i in range(keys)
             for w in [[b"loss", b"acc", b"lr", b"epoch", b"time", b"", b"\x00\xff", b"step"][i % 8]]]
    words = [b"alpha ", b"beta ", b"gamma ", b"delta ", b"\x00\x01\x02"]

    def value():
        return b"".join(rnd.choice(words) for _ in range(rnd.randrange(0, 24)))

    rounds = []
    for r in range(3):
        ops = []
        for k in rnd.sample(names, len(names) * 2 // 3):
            x = rnd.random()
            if x < 0.12:
                ops.append(("delete", k))
            elif x < 0.30:
                ops.append(("range", k, k + b"\xff"))
                ops.append(("put", k, value()))
            else:
                ops.append(("put", k, value()))
        a = rnd.randrange(0, 25)
        ops.append(("range", b"run\xfe%03d" % a, b"run\xfe%03d" % (a + 4)))
        ops.append(("put", b"run\xfe%03d\xfeback\xfe" % (a + 1), b"again"))
        rounds.append(ops)
    return rounds


def options(**kw):
    """rocksdict options; kw names setters without set_, or block.NAME."""
    o = rd.Options(raw_mode=True)
    o.create_if_missing(True)
    o.set_disable_auto_compactions(True)
    o.set_keep_log_file_num(1)
    o.set_compression_type(kw.pop("compression", rd.DBCompressionType.snappy()))
    b = rd.BlockBasedOptions()
    b.set_block_size(512)
    b.set_format_version(kw.pop("version", 5))
    b.set_checksum_type(kw.pop("checksum", rd.ChecksumType.crc32c()))
    for k, v in kw.pop("block", {}).items():
        getattr(b, "set_" + k)(*v if isinstance(v, tuple) else (v,))
    o.set_block_based_table_factory(b)
    for k, v in kw.items():
        getattr(o, "set_" + k)(*v if isinstance(v, tuple) else (v,))
    return o


def apply(db, ops, batch=0):
    """Applies ops one by one, or in batches of that many."""
    if not batch:
        for op in ops:
            {"put": db.put, "delete": db.delete, "range": db.delete_range}[op[0]](*op[1:])
        return
    for i in range(0, len(ops), batch):
        w = rd.WriteBatch(raw_mode=True)
        for op in ops[i:i + batch]:
            {"put": w.put, "delete": w.delete, "range": w.delete_range}[op[0]](*op[1:])
        db.write(w)


def model(rounds):
    m = {}
    for ops in rounds:
        for op in ops:
            if op[0] == "put":
                m[op[1]] = op[2]
            elif op[0] == "delete":
                m.pop(op[1], None)
            else:
                for k in [k for k in m if op[1] <= k < op[2]]:
                    del m[k]
    return m


def scan(path):
    """The live pairs as RocksDB reads them from a copy."""
    copy = os.path.join(WORK, "scan")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(path, copy)
    o = rd.Options(raw_mode=True)
    families = rd.Rdict.list_cf(copy, o)
    db = rd.Rdict(copy, o, column_families={f: rd.Options(raw_mode=True) for f in families}, access_type=rd.AccessType.read_only())
    pairs = dict(db.items())
    db.close()
    return pairs


def run(args):
    p = subprocess.run(args, capture_output=True, text=True)
    if p.returncode:
        sys.exit("%s: %s%s" % (" ".join(args[:3]), p.stdout[-300:], p.stderr[-300:]))


def pack(name, path, pairs):
    """Writes NAME.tar.gz with members in a fixed order and without times."""
    import gzip
    buf = io.BytesIO()
    with tarfile.open(fileobj=buf, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        def add(member, data):
            info = tarfile.TarInfo(member)
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
        text = "".join("%s %s\n" % (k.hex() or "-", v.hex() or "-") for k, v in sorted(pairs.items()))
        add(name + "/pairs.txt", text.encode())
        for f in sorted(os.listdir(path)):
            if f in ("LOG", "rocksdict-config.json") or f.startswith("LOG.old") or os.path.isdir(os.path.join(path, f)):
                continue
            with open(os.path.join(path, f), "rb") as fh:
                add(name + "/db/" + f, fh.read())
    with open(os.path.join(OUT, name + ".tar.gz"), "wb") as fh:
        with gzip.GzipFile(fileobj=fh, mode="wb", mtime=0, filename="") as gz:
            gz.write(buf.getvalue())
    print("%-28s %6d pairs" % (name, len(pairs)))


def scan_ldb(path):
    """The live pairs as ldb, an older RocksDB, reads them from a copy."""
    copy = os.path.join(WORK, "scan")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(path, copy)
    out = subprocess.run(["ldb", "scan", "--hex", "--db=" + copy, "--try_load_options", "--ignore_unknown_options"],
                         check=True, capture_output=True, text=True).stdout
    pairs = re.findall(r"(?m)^0x([0-9A-F]*) : (?:0x)?([0-9A-F]*)$", out)
    return {bytes.fromhex(k): bytes.fromhex(v) for k, v in pairs}


def finish(name, path, want=None, check=True, scan=scan):
    got = scan(path) if check else want
    if want is not None and got != want:
        sys.exit("%s: RocksDB and the model disagree" % name)
    pack(name, path, got)


def written(name, rounds=None, how=None, batch=0, flush=True, compact=False, close=True, **kw):
    """A database of dataset() written by rocksdict."""
    path = os.path.join(WORK, name)
    rounds = dataset() if rounds is None else rounds
    db = rd.Rdict(path, options(**kw))
    for ops in rounds:
        apply(db, ops, batch)
        if flush:
            db.flush()
    if compact:
        db.compact_range(None, None)
    if how:
        how(db)
    if not close:
        db.flush_wal(True)
        killed = path + ".killed"
        shutil.copytree(path, killed)
        db.close()
        path = killed
    else:
        db.close()
    return path


def simple(name, **kw):
    finish(name, written(name, **kw), model(dataset()))


def aim_repositories():
    """Writes aim.txt: what RocksDB reads from the recorded Aim repositories."""
    repos = os.path.join(HERE, "..", "..", "testdata", "repos")
    lines = []
    for writer in sorted(os.listdir(repos)):
        for archive in sorted(os.listdir(os.path.join(repos, writer))) if os.path.isdir(os.path.join(repos, writer)) else []:
            if not archive.endswith(".tar.gz"):
                continue
            name = writer + "/" + archive[:-len(".tar.gz")]
            root = os.path.join(WORK, "repo")
            shutil.rmtree(root, ignore_errors=True)
            with tarfile.open(os.path.join(repos, writer, archive)) as tar:
                tar.extractall(root)
            for path, _, files in sorted(os.walk(root)):
                if "CURRENT" in files:
                    pairs = scan(path)
                    text = "".join("%s %s\n" % (k.hex(), v.hex()) for k, v in sorted(pairs.items()))
                    rel = os.path.relpath(path, root).replace(os.sep, "/").split("/", 1)[1]
                    lines.append("%s %s %d %s\n" % (name, rel, len(pairs), hashlib.sha256(text.encode()).hexdigest()))
    with open(os.path.join(HERE, "aim.txt"), "w") as f:
        f.writelines(lines)
    print("aim.txt: %d databases" % len(lines))


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    C, K, I, D = rd.DBCompressionType, rd.ChecksumType, rd.BlockBasedIndexType, rd.DataBlockIndexType
    for v in (2, 3, 4, 5, 6):
        simple("version%d" % v, version=v)
    for name in ("none", "snappy", "zlib", "bz2", "lz4", "lz4hc", "zstd"):
        simple("codec-" + name, compression=getattr(C, name)(), compact=True)
    for name in ("no_checksum", "crc32c", "xxhash", "xxhash64", "xxh3"):
        simple("sum-%s-v5" % name, checksum=getattr(K, name)(), version=5)
        simple("sum-%s-v6" % name, checksum=getattr(K, name)(), version=6)
    for codec in ("zstd", "lz4", "zlib"):
        simple("dict-" + codec, compression=getattr(C, codec)(), compact=True,
               compression_options=(-14, 3, 0, 4096))
    simple("dict-zstd-trained", compression=C.zstd(), compact=True, compression_options=(-14, 3, 0, 4096),
           zstd_max_train_bytes=65536)
    for v in (2, 5, 6):
        simple("index-partitioned-v%d" % v, version=v, block=dict(
            index_type=I.two_level_index_search(), metadata_block_size=128,
            partition_filters=True, bloom_filter=(10, False)))
    simple("index-hash", block=dict(index_type=I.hash_search()), prefix_extractor=rd.SliceTransform.create_fixed_prefix(7))
    simple("index-restart8", block=dict(index_block_restart_interval=8, block_restart_interval=4))
    simple("block-hash", block=dict(data_block_index_type=D.binary_and_hash()))
    simple("block-whole", block=dict(block_size=1 << 20))
    simple("wal-only", flush=False, close=False)
    simple("wal-batches", flush=False, close=False, batch=50)
    simple("wal-recycled", close=False, recycle_log_file_num=2,
           wal_recovery_mode=rd.DBRecoveryMode.skip_any_corrupted_record())
    simple("compacted", compact=True)

    path = os.path.join(WORK, "levels")
    rounds = dataset(7, 400)
    db = rd.Rdict(path, options(target_file_size_base=4096, level_compaction_dynamic_level_bytes=False))
    for i, ops in enumerate(rounds):
        apply(db, ops)
        db.flush()
        if i < 2:
            db.compact_range(None, None)
    tail = dataset(8, 400)[0]
    apply(db, tail)
    db.flush_wal(True)
    shutil.copytree(path, path + ".killed")
    db.close()
    finish("levels-killed", path + ".killed", model(rounds + [tail]))
    # Snapshots keep old versions and range deletions alive through compaction.
    path = os.path.join(WORK, "snapshots")
    db = rd.Rdict(path, options(target_file_size_base=4096))
    snaps = []
    for ops in rounds:
        for op in ops:
            apply(db, [op])
        snaps.append(db.snapshot())
        db.flush()
    db.compact_range(None, None)
    shutil.copytree(path, path + ".killed")
    del snaps
    db.close()
    finish("snapshots", path + ".killed", model(rounds))
    # Range deletions over everything, with a little life afterwards.
    over = dataset(3) + [[("range", b"", b"\xff" * 4), ("put", b"z", b"1"), ("put", b"", b"empty key")]]
    finish("range-everything", written("range-everything", rounds=over), model(over))
    finish("empty", written("empty", rounds=[]), {})
    gone = dataset(4) + [[("range", b"", b"\xff" * 4)]]
    finish("all-deleted", written("all-deleted", rounds=gone, compact=True), {})

    # Column families beside the default one, flushed atomically.
    path = os.path.join(WORK, "families")
    o = options(atomic_flush=True)
    db = rd.Rdict(path, o)
    other = db.create_column_family("other", options())
    third = db.create_column_family("third", options())
    for ops in dataset():
        apply(db, ops)
        apply(other, [op for op in ops if op[0] == "put"])
        w = rd.WriteBatch(raw_mode=True)
        w.put(b"in both", b"default")
        w.put(b"in both", b"other", db.get_column_family_handle("other"))
        db.write(w)
        db.flush()
        other.put(b"only other", b"x")
        other.flush()
    db.drop_column_family("third")
    db.put(b"tail", b"default")
    other.put(b"tail", b"other")
    db.flush_wal(True)
    shutil.copytree(path, path + ".killed")
    db.close()
    want = model(dataset()) | {b"in both": b"default", b"tail": b"default"}
    finish("families", path + ".killed", want)

    # Ingested tables, with the sequence number in the MANIFEST and in the file.
    def ingest(name, *flags):
        path = written(name)
        sst = os.path.join(WORK, name + ".sst")
        w = rd.SstFileWriter(options())
        w.open(sst)
        extra = {k: b"ingested" for k in sorted(model(dataset()))[::5]}
        for k, v in extra.items():
            w[k] = v
        w.finish()
        run(["ldb", "ingest_extern_sst", "--db=" + path, "--try_load_options", "--ignore_unknown_options",
             "--allow_global_seqno=true", sst, *flags])
        finish(name, path, model(dataset()) | extra)
    ingest("ingested", "--write_global_seqno=false")
    ingest("ingested-in-place", "--write_global_seqno=true")

    # RocksDB 6.29 as Aim embeds it, with single deletes.
    path = os.path.join(WORK, "single-deletes")
    db = aimrocks.DB(path, aimrocks.Options(create_if_missing=True, write_buffer_size=1 << 20))
    want = {}
    for i in range(200):
        db.put(b"k%04d" % i, b"v%d" % i)
        want[b"k%04d" % i] = b"v%d" % i
    db.flush()
    for i in range(0, 200, 3):
        db.delete_single(b"k%04d" % i)
        del want[b"k%04d" % i]
    db.flush()
    for i in range(1, 200, 9):
        if want.pop(b"k%04d" % i, None) is not None:
            db.delete_single(b"k%04d" % i)
    db.flush_wal(True)
    shutil.copytree(path, path + ".killed")
    db.close()
    finish("single-deletes", path + ".killed", want)

    # What ldb writes with an edited OPTIONS file.
    def edited(name, **settings):
        path = written(name, rounds=[])
        (opts,) = sorted(f for f in os.listdir(path) if f.startswith("OPTIONS-"))[-1:]
        file = os.path.join(path, opts)
        text = open(file).read()
        for k, v in settings.items():
            text, n = re.subn(r"(?m)^(\s*%s)=.*$" % k, r"\1=%s" % v, text)
            if not n:
                sys.exit("OPTIONS has no " + k)
        # Options that ldb's older RocksDB does not know would be refused.
        open(file, "w").write(text)
        args = []
        for k, v in sorted(model(dataset()).items()):
            args += ["0x" + k.hex(), "0x" + v.hex()]
        base = ["ldb", "--db=" + path, "--try_load_options", "--ignore_unknown_options", "--hex"]
        run(base + ["batchput"] + args)
        run(base + ["compact"])
        finish(name, path, model(dataset()), scan=scan_ldb)
    edited("index-first-key", index_type="kBinarySearchWithFirstKey")
    edited("index-first-key-v3", index_type="kBinarySearchWithFirstKey", format_version="3")
    edited("version0", format_version="0")
    edited("version1-zlib", format_version="1", compression="kZlibCompression", bottommost_compression="kZlibCompression")
    edited("version1-lz4", format_version="1", compression="kLZ4Compression", bottommost_compression="kLZ4Compression")
    edited("version1-bzip2", format_version="1", compression="kBZip2Compression", bottommost_compression="kBZip2Compression")
    edited("index-long-keys", index_shortening="kNoShortening")

    # What is refused by name; the pairs are not read.
    path = written("refused-blobs", enable_blob_files=True, min_blob_size=32)
    finish("refused-blobs", path, {}, check=False)
    path = written("refused-entity-log", rounds=[], how=lambda db: db.put_entity(b"k", [b"a"], [b"1"]),
                   flush=False, close=False)
    finish("refused-entity-log", path, {}, check=False)
    path = written("refused-entity-table", rounds=[], how=lambda db: (db.put_entity(b"k", [b"a"], [b"1"]), db.flush()))
    finish("refused-entity-table", path, {}, check=False)
    aim_repositories()
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
