// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LineTable } from "@pyspy/analyze";
import { LineTableKind } from "@pyspy/schemas";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInterpreters, type Interpreter, pythonCommand } from "./support/interpreters.ts";

const run = promisify(execFile);

/**
 * Compiles tricky code and asks the interpreter where every instruction of it stands. Prints a line
 * of JSON a code object. Runs on every Python since 2.7.
 */
const QUESTION = String.raw`
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
                yield line
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

class C(object):
    \"\"\"docstring\"\"\"
    def method(self):
        def inner(): return self
        return inner
    a = 1; b = 2; \xe9 = "\u4e2d"; c = [a, b]
'''

def long_function(lines):
    body = u''.join(u'    x = f(%d, [a for a in y])\n' % i if i % 7 else u'\n\n' for i in range(lines))
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
`;

interface Answer {
  readonly name: string;
  readonly firstLine: number;
  /** Hexadecimal. */
  readonly table: string;
  /** Bytes of code. */
  readonly length: number;
  readonly positions: readonly (readonly [number, number, number])[];
}

function kindOf({ minor }: Interpreter): LineTableKind {
  const number = Number(minor.split(".")[1]);
  if (minor.startsWith("2.") || number < 6) return LineTableKind.LINE_TABLE_LNOTAB_UNSIGNED;
  if (number < 10) return LineTableKind.LINE_TABLE_LNOTAB_SIGNED;
  return number === 10 ? LineTableKind.LINE_TABLE_PEP626 : LineTableKind.LINE_TABLE_LOCATIONS;
}

async function ask(
  interpreter: Interpreter,
  options: readonly string[],
  script: string,
  lines: number,
): Promise<Answer[]> {
  const { command, args } = pythonCommand(interpreter, [...options, script, `${lines}`]);
  const { stdout } = await run(command, args, { maxBuffer: 1 << 29 });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Answer);
}

/** Compares every instruction; returns the number of them. */
function compare(answer: Answer, kind: LineTableKind): number {
  const bytes = Uint8Array.from(Buffer.from(answer.table, "hex"));
  const { name, firstLine, length } = answer;
  const table = new LineTable({ kind, bytes, firstLine, truncated: false });
  let instructions = 0;
  answer.positions.forEach(([start, line, column], i) => {
    const end = answer.positions[i + 1]?.[0] ?? length;
    for (let at = start; at < end; at += 2, instructions++) {
      const found = table.position(at);
      if (found.line !== line || found.column !== column) {
        expect.soft({ name, at, ...found }).toEqual({ name, at, line, column });
        return;
      }
    }
  });
  return instructions;
}

const interpreters = await findInterpreters();

describe("line tables", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pyspy-lines-"));
    await writeFile(join(directory, "question.py"), QUESTION);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each(interpreters.map((one) => [one.version, one] as const))(
    "of %s give every instruction the line that the interpreter gives it",
    async (_, interpreter) => {
      const answers = await ask(interpreter, [], join(directory, "question.py"), 60_000);
      const kind = kindOf(interpreter);
      const instructions = answers.reduce((sum, answer) => sum + compare(answer, kind), 0);
      expect(instructions).toBeGreaterThan(100_000);
    },
  );

  it.each(
    interpreters
      .filter((one) => kindOf(one) === LineTableKind.LINE_TABLE_LOCATIONS)
      .map((one) => [one.version, one] as const),
  )("of %s without debug ranges have lines and no columns", async (_, interpreter) => {
    const options = ["-X", "no_debug_ranges"];
    const answers = await ask(interpreter, options, join(directory, "question.py"), 1000);
    for (const answer of answers) compare(answer, LineTableKind.LINE_TABLE_LOCATIONS);
    expect(answers.flatMap(({ positions }) => positions.filter((one) => one[2] >= 0))).toEqual([]);
  });
});
