# SPDX-License-Identifier: MIT
"""Compiles tricky code and says where every instruction of it stands.

Prints a line of JSON a code object. The argument is the number of lines of a long function. Runs on
every Python since 2.7.
"""
from __future__ import print_function
import binascii, dis, json, os, sys, types

TRICKY = u'''
@property
@staticmethod
def decorated(
    a,
    b=[i for i in range(3)
       if i],
):
    x = foo(a,
            b,
            [c
             for c in b
             if c], **{
                 'k': lambda: 1,
             })
    try:
        with open(x) as f, \\
                open(f):
            for line in f:
                print(line)
    except (ValueError,
            TypeError):
        raise
    finally:
        del x
    while True:
        if a: break
        elif b: continue
    return (a +
            b
            * x)

def generator(a):
    for b in a:
        yield (b,
               a)

class C(object):
    """docstring"""
    def method(self):
        def inner(): return self
        return inner
    a = 1; b = 2; \xe9 = "\u4e2d"; c = [a, b]
'''

def long_function(lines):
    body = u''.join(u'    x = f(%d,\n y)\n' % (i % 999) if i % 7 else u'\n\n' for i in range(lines))
    return u'def long(y, x=1):\n' + body

def far_jumps():
    return u'def far():\n    a = 1\n' + u'\n' * 300 + u'    b = (2,\n' + u'\n' * 200 + u'   a)\n    return b\n'

def one_line(terms):
    return u'x = ' + u' + '.join(u'y%d' % i for i in range(terms)) + u'\nz = 1\n'

def sources():
    yield 'tricky', TRICKY if sys.version_info >= (3,) else TRICKY.replace(u'\xe9', u'e')
    yield 'long', long_function(int(sys.argv[1]))
    yield 'far', far_jumps()
    yield 'wide', one_line(900)
    yield 'empty', u''
    for name in ('argparse', 'typing', 'dataclasses', 'decimal', '_pydecimal', 'ast', 'contextlib'):
        try:
            module = __import__(name)
        except ImportError:
            continue
        path = module.__file__.replace('.pyc', '.py')
        if not path.endswith('.py'):
            continue
        with open(path, 'rb') as f:
            yield name, f.read()

def codes(code):
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            for inner in codes(const):
                yield inner

def positions(code):
    """[first byte, line or 0, column or -1] wherever one of them changes; and the end."""
    length = len(code.co_code)
    if hasattr(code, 'co_positions'):
        step = 2
        found = [(line or 0, -1 if line is None or column is None else column)
                 for line, _, column, _ in code.co_positions()]
    elif hasattr(code, 'co_lines'):
        step = 1
        found = [(0, -1)] * length
        for start, end, line in code.co_lines():
            found[start:end] = [(line or 0, -1)] * (end - start)
    else:
        step = 1
        starts = dict(dis.findlinestarts(code))
        # findlinestarts leaves a line out that does not change; it stays the line before.
        line = code.co_firstlineno
        found = []
        for at in range(length):
            line = starts.get(at, line)
            found.append((line, -1))
    last = None
    for i, position in enumerate(found):
        if position != last:
            yield [i * step, position[0], position[1]]
            last = position

def table(code):
    if sys.version_info >= (3, 10):
        return code.co_linetable
    return code.co_lnotab

for name, source in sources():
    for code in codes(compile(source, name, 'exec')):
        print(json.dumps({
            'name': name + ' ' + code.co_name,
            'firstLine': code.co_firstlineno,
            'table': binascii.hexlify(table(code)).decode(),
            'length': len(code.co_code),
            'positions': list(positions(code)),
        }))
