"""dump.py FILE…: CPython's tree of every query in the files (the last field of
a line), as one line "query TAB tree" each; "SyntaxError" for what is none. The
text is that of the package's own dump."""
import ast, sys

OPS = {ast.Not: 'Not', ast.USub: 'USub', ast.UAdd: 'UAdd', ast.Invert: 'Invert'}


class Dump:
    def __init__(self, size):
        self.size, self.hide, self.out = size, 0, []

    def w(self, s):
        self.out.append(s)

    def node(self, kind, n, *parts):
        self.w(kind)
        if not self.hide:
            # The text stands between parentheses that Aim adds; columns are bytes.
            self.w('[%d:%d]' % (max(n.col_offset - 1, 0), min(n.end_col_offset - 1, self.size)))
        self.w('(')
        for i, p in enumerate(parts):
            if i:
                self.w(', ')
            if isinstance(p, str):
                self.w(p)
            elif isinstance(p, list):
                self.w('[')
                for j, x in enumerate(p):
                    if j:
                        self.w(', ')
                    self.expr(x)
                self.w(']')
            else:
                self.expr(p)
        self.w(')')

    def expr(self, x):
        n = type(x).__name__
        if x is None:
            self.w('None')
        elif n == 'Name':
            self.node(n, x, x.id)
        elif n == 'Constant':
            self.node(n, x, repr(x.value))
        elif n == 'JoinedStr':
            self.node(n, x)
            self.hide += 1
            self.node('', x, x.values)
            self.hide -= 1
        elif n == 'FormattedValue':
            self.node(n, x, x.value, str(x.conversion), x.format_spec)
        elif n == 'Attribute':
            self.node(n, x, x.value, x.attr)
        elif n == 'Subscript':
            self.node(n, x, x.value, x.slice)
        elif n == 'Slice':
            self.node(n, x, x.lower, x.upper, x.step)
        elif n == 'Call':
            self.node(n, x, x.func, x.args)
            for k in x.keywords:
                self.node('keyword', k, k.arg or 'None', k.value)
        elif n == 'Starred':
            self.node(n, x, x.value)
        elif n == 'UnaryOp':
            self.node(n, x, OPS[type(x.op)], x.operand)
        elif n == 'BinOp':
            self.node(n, x, x.left, type(x.op).__name__, x.right)
        elif n == 'BoolOp':
            self.node(n, x, type(x.op).__name__, x.values)
        elif n == 'Compare':
            self.node(n, x, x.left, '[' + ', '.join(type(o).__name__ for o in x.ops) + ']', x.comparators)
        elif n == 'IfExp':
            self.node(n, x, x.test, x.body, x.orelse)
        elif n in ('List', 'Tuple', 'Set'):
            self.node(n, x, x.elts)
        elif n == 'Dict':
            self.node(n, x, x.keys, x.values)
        elif n == 'NamedExpr':
            self.node(n, x, x.target, x.value)
        elif n in ('ListComp', 'SetComp', 'GeneratorExp', 'DictComp'):
            self.node(n, x, *([x.key, x.value] if n == 'DictComp' else [x.elt]))
            for c in x.generators:
                self.w('for(')
                self.expr(c.target)
                self.w(' in ')
                self.expr(c.iter)
                self.w(' if ')
                self.node('', x, c.ifs)
                self.w(')')
        elif n == 'Lambda':
            self.node(n, x, x.body)
            a = x.args
            plain = a.posonlyargs + a.args
            defaults = [None] * (len(plain) - len(a.defaults)) + a.defaults
            for i, p in enumerate(plain):
                self.node('posonly' if i < len(a.posonlyargs) else 'arg', p, p.arg, defaults[i])
            if a.vararg:
                self.node('vararg', a.vararg, a.vararg.arg, None)
            for p, d in zip(a.kwonlyargs, a.kw_defaults):
                self.node('kwonly', p, p.arg, d)
            if a.kwarg:
                self.node('kwarg', a.kwarg, a.kwarg.arg, None)
        else:
            raise SyntaxError(n)


for path in sys.argv[1:]:
    for line in open(path, encoding='utf-8'):
        line = line.rstrip('\n')
        if not line or line.startswith('# '):
            continue
        q = line.split('\t', 1)[-1].strip()
        try:
            d = Dump(len(q.encode()))
            tree = ast.parse('(' + q + ')', mode='eval').body
            compile(ast.Expression(tree), '', 'eval')
            d.expr(tree)
            print(q + '\t' + ''.join(d.out))
        except (SyntaxError, ValueError):
            print(q + '\tSyntaxError')
