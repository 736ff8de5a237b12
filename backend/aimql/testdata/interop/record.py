"""record.py CORPUS VALUES DEST NAME=REPOSITORY…

Records what real Aim answers, for the tests that need no Aim: for each
repository (a folder holding .aim, or a .tar.gz of one) DEST/NAME.json with its
runs as queries see them and, for NAMEs marked NAME*=…, the answers to every
line of CORPUS (kind TAB query); and DEST/values.json, the repr or the error
class of every expression of VALUES, evaluated by Aim's own guarded evaluator.

Works on copies, because reading through Aim writes; a copy is indexed first.
"""
import base64, json, logging, math, os, shutil, subprocess, sys, tarfile, tempfile

logging.disable(logging.CRITICAL)
corpus, values, dest = sys.argv[1:4]

import aim
from aim.sdk.types import QueryReportMode
from aim.storage.context import Context
from aim.storage.object import CustomObject
from aim.storage.query import compile_checker, restricted_globals


def num(v):
    if math.isnan(v):
        return {'$float': 'nan'}
    if math.isinf(v):
        return {'$float': 'inf' if v > 0 else '-inf'}
    return v


def js(v):
    if isinstance(v, bool) or v is None or isinstance(v, str):
        return v
    if isinstance(v, int):
        return {'$int': str(v)} if abs(v) > 2**53 else v
    if isinstance(v, float):
        return num(v)
    if isinstance(v, bytes):
        return {'$bytes': base64.b64encode(v).decode()}
    if isinstance(v, CustomObject):
        return {'$object': [v.AIM_NAME, {k: js(x) for k, x in v.storage[...].items() if k != 'data'}]}
    if isinstance(v, dict):
        if any(not isinstance(k, str) for k in v):
            return {'$dict': [[js(k), js(x)] for k, x in v.items()]}
        return {k: js(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [js(x) for x in v]
    return {'$object': [type(v).__name__, {}]}


def kind_of(dtype):
    for kind, names in {'images': 'aim.image', 'texts': 'aim.text', 'audios': 'aim.audio', 'distributions': 'aim.distribution', 'figures': 'aim.figure'}.items():
        if names in dtype:
            return kind
    return 'metric' if dtype in ('float', 'int', 'number', 'float64') else 'other'


def stamp(dt):
    import datetime
    return None if dt is None else dt.replace(tzinfo=datetime.timezone.utc).timestamp()


def lines(path):
    for line in open(path, encoding='utf-8'):
        line = line.rstrip('\n')
        if line and not line.startswith('#'):
            yield line


def describe(repo):
    runs = []
    for run in sorted(repo.iter_runs_from_cache(), key=lambda r: r.hash):
        tree = run.meta_run_tree
        d = {'hash': run.hash, 'name': run.name, 'description': run.description, 'archived': run.archived, 'tags': list(run.props.tags),
             'experiment': run.props.experiment if isinstance(run.props.experiment, str) else None,
             'creation_time': run.creation_time, 'updated_at': stamp(run.props.updated_at), 'notes': []}
        try:
            d['end_time'] = tree['end_time']
        except KeyError:
            pass
        try:
            d['params'] = js(run.meta_run_attrs_tree.collect(()))
        except KeyError:
            d['params'] = {}
        d['traces'] = []
        try:
            contexts = tree['contexts']
            traces = tree['traces']
        except KeyError:
            contexts, traces = {}, {}
        for ctx, by_name in sorted(traces.items()):
            for name, t in sorted(by_name.items()):
                d['traces'].append({'kind': kind_of(t.get('dtype', 'float')), 'name': name, 'context': js(contexts[ctx]), 'context_id': ctx,
                                    'fields': {k: js(v) for k, v in t.items()}})
        runs.append(d)
    return runs


def answer(repo, kind, q):
    try:
        if kind == 'run':
            return {'result': sorted(rc.run.hash for rc in repo.query_runs(q, report_mode=QueryReportMode.DISABLED).iter_runs())}
        search = {'metric': repo.query_metrics, 'figures': repo.query_figure_objects}.get(kind) or getattr(repo, 'query_' + kind)
        return {'result': sorted([s.run.hash, s.name, json.dumps(s.context.to_dict(), sort_keys=True, ensure_ascii=False)]
                                 for s in search(q, report_mode=QueryReportMode.DISABLED).iter())}
    except BaseException as e:
        return {'error': type(e).__name__}


def dump(path, d):
    with open(path, 'w', encoding='utf-8') as f:
        json.dump(d, f, indent=0, ensure_ascii=False)
        f.write('\n')


pristine = dict(restricted_globals)    # := inside a comprehension of the corpus leaks into the real one
os.makedirs(dest, exist_ok=True)
version = {'aim': __import__('importlib.metadata').metadata.version('aim'), 'python': '%d.%d' % sys.version_info[:2]}
for arg in sys.argv[4:]:
    name, _, src = arg.partition('=')
    tmp = tempfile.mkdtemp()
    work = os.path.join(tmp, 'r')
    if os.path.isdir(src):
        shutil.copytree(src, work)
    else:
        with tarfile.open(src) as t:
            t.extractall(work, filter='data')
    for root, dirs, _ in os.walk(work):
        if '.aim' in dirs:
            work = root
            break
    subprocess.run([os.path.join(os.path.dirname(sys.executable), 'aim'), 'storage', '--repo', work, 'reindex'], input='y\n', text=True,
                   capture_output=True, check=True)
    repo = aim.Repo(work)
    repo._prepare_runs_cache()
    out = dict(version, runs=describe(repo))
    if name.endswith('*'):
        out['queries'] = []
        for line in lines(corpus):
            kind, q = line.split('\t', 1)
            out['queries'].append(dict({'kind': kind, 'query': q}, **answer(repo, kind, q)))
    dump(os.path.join(dest, name.rstrip('*') + '.json'), out)
    shutil.rmtree(tmp)

results = []
for x in lines(values):
    try:
        code = compile_checker('(' + x + ')')
    except SyntaxError:
        results.append({'expr': x, 'error': 'SyntaxError'})
        continue
    try:
        results.append({'expr': x, 'repr': repr(eval(code, dict(pristine), dict(pristine)))})
    except BaseException as e:
        results.append({'expr': x, 'error': type(e).__name__})
dump(os.path.join(dest, 'values.json'), dict(version, values=results))
