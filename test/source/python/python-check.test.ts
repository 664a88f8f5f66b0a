import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Finding, PythonCheck, PythonQuestion } from '../../../src/deploy/ports/ports.ts';
import { createPythonCheck } from '../../../src/source/python/python-check.ts';
import { folderTree } from '../../../src/source/tree/folder-tree.ts';
import { temporaryFolder, writeFiles } from '../repository.ts';

const python = createPythonCheck();
const { signal } = new AbortController();

/** Digests that no file has: each is read. */
const listed = (paths: string[]) => paths.map((path) => ({ path, sha256: `of ${path}` }));

async function findings(files: Record<string, string>, only?: string[]) {
  const directory = temporaryFolder();
  writeFiles(directory, files);
  const asked = { tree: folderTree(directory), files: listed(only ?? Object.keys(files)) };
  return (await python.check(asked, signal)).findings;
}

async function findingsOf(
  check: PythonCheck,
  directory: string,
  files: PythonQuestion['files'],
): Promise<Finding[]> {
  return (await check.check({ tree: folderTree(directory), files }, signal)).findings;
}

/** `code line` of each finding in one file. */
async function found(...lines: string[]): Promise<string[]> {
  const all = await findings({ 'a.py': `${lines.join('\n')}\n` });
  return all.map(({ code, line }) => `${code} ${line}`);
}

test('the health endpoint of one wrong indentation', async () => {
  const [finding, ...others] = await findings({
    'argo/api/health.py': `
async def health():
    services = {}
    try:
        engine = await get_engine()
        if engine.ready:
            performance = engine.metrics()
    except Exception as error:
        logger.error("metrics: %s", error)
    services["performance"] = performance
    return {"status": "healthy", "services": services}


async def get_engine(): ...
logger = None
`,
  });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    path: 'argo/api/health.py',
    line: 10,
    column: 31,
    code: 'possibly-unbound',
    message: expect.stringMatching(
      /^performance is assigned only in some branches of the if of line 6.*indentation/,
    ),
  });
});

describe('names that may have no value', () => {
  test.each<[string, string[], string[]]>([
    ['if', ['def f(a):', ' if a: x = 1', ' return x'], ['possibly-unbound 3']],
    [
      'elif on other things',
      ['def f(a, b):', ' if a: x = 1', ' elif b: x = 2', ' return x'],
      ['possibly-unbound 4'],
    ],
    [
      'try',
      ['def f(g):', ' try: x = g()', ' except ValueError: g.log("no")', ' return x'],
      ['possibly-unbound 4'],
    ],
    [
      'a handler',
      ['def f(g):', ' try: x = g()', ' except ValueError: g.log(x)'],
      ['possibly-unbound 3'],
    ],
    [
      'a logged error',
      ['def f(g, logger):', ' try: x = g()', ' except ValueError: logger.error("no")', ' return x'],
      ['possibly-unbound 4'],
    ],
    ['for', ['def f(a):', ' for x in a.rows: y = x', ' return y'], ['possibly-unbound 3']],
    [
      'for and if',
      ['def f(a, b):', ' for x in a: ', '  if x.ok: y = x', ' return y + b'],
      ['possibly-unbound 4'],
    ],
    [
      'the first round',
      ['def f(a):', ' for x in a:', '  if last < x: return', '  last = x'],
      ['F821 3'],
    ],
    [
      'with suppress',
      [
        'def f(g):',
        ' with suppress(ValueError): x = g()',
        ' return x',
        'from contextlib import suppress',
      ],
      ['possibly-unbound 3'],
    ],
    [
      'match',
      ['def f(a):', ' match a:', '  case 1: x = 1', '  case _: pass', ' return x'],
      ['possibly-unbound 5'],
    ],
    ['del', ['def f(a):', ' x = a', ' if a.b: del x', ' return x'], ['possibly-unbound 4']],
    [
      'the name of an exception',
      ['def f(g):', ' try: g()', ' except ValueError as e: pass', ' return e'],
      ['F821 4'],
    ],
    [
      'an f-string',
      ['def f(a):', ' if a: x = 1', ' return f"{a} {x!r:>{a}}"'],
      ['possibly-unbound 3'],
    ],
    [
      'a comprehension',
      ['def f(a):', ' if a.b: x = 1', ' return [y + x for y in a]'],
      ['possibly-unbound 3'],
    ],
    [
      'a method',
      ['class A:', ' def f(self):', '  if self.b: x = 1', '  return x'],
      ['possibly-unbound 4'],
    ],
    [
      'each name once',
      ['def f(a):', ' if a: x = 1', ' print(x)', ' print(x)'],
      ['possibly-unbound 3'],
    ],
  ])('%s', async (_, lines, expected) => {
    expect(await found(...lines)).toEqual(expected);
  });
});

describe('ordinary code', () => {
  test.each<[string, string[]]>([
    ['all branches', ['def f(a):', ' if a: x = 1', ' else: x = 2', ' return x']],
    ['the same test again', ['def f(a):', ' if a: x = 1', ' print()', ' if a: return x']],
    ['the opposite test', ['def f(a):', ' if a: x = 1', ' if not a: x = 2', ' return x']],
    [
      'a flag set beside it',
      [
        'def f(a):',
        ' found = False',
        ' for i in a:',
        '  if i.ok:',
        '   found = True; x = i',
        ' if found: return x',
      ],
    ],
    [
      'leaving without it',
      [
        'def f(a):',
        ' ok = False',
        ' if a: x = 1; ok = True',
        ' if not ok: return None',
        ' return x',
      ],
    ],
    [
      'a derived flag',
      ['def f(a, b):', ' both = a and b', ' if both: x = 1', ' if a and b: return x'],
    ],
    ['a conditional expression', ['def f(a):', ' if a: x = 1', ' return x if a else None']],
    [
      'a handler that leaves',
      ['def f(g):', ' try: x = g()', ' except ValueError: raise', ' return x'],
    ],
    [
      'a handler that exits',
      ['import sys', 'def f(g):', ' try: x = g()', ' except ValueError: sys.exit(1)', ' return x'],
    ],
    [
      'a handler that fails by a function',
      [
        'def no(): raise ValueError',
        'def f(g):',
        ' try: x = g()',
        ' except KeyError: no()',
        ' return x',
      ],
    ],
    [
      'a handler that assigns',
      ['def f(g):', ' try: x = g()', ' except ValueError: x = None', ' return x'],
    ],
    [
      'try, else',
      ['def f(g):', ' try: y = g()', ' except ValueError: return', ' else: x = y', ' return x'],
    ],
    [
      'a clock before what may fail',
      [
        'import time',
        'def f(g):',
        ' try:',
        '  t = time.time()',
        '  g()',
        ' except ValueError: print(t)',
      ],
    ],
    [
      'while True',
      [
        'def f(g):',
        ' while True:',
        '  try: x = g(); break',
        '  except ValueError: continue',
        ' return x',
      ],
    ],
    [
      'retries',
      [
        'def f(g):',
        ' for n in range(3):',
        '  try:',
        '   x = g()',
        '   break',
        '  except ValueError:',
        '   if n == 2: raise',
        ' return x',
      ],
    ],
    [
      'for, else',
      ['def f(a):', ' for i in a:', '  if i: x = i; break', ' else: return', ' return x'],
    ],
    ['literal items', ['def f(g):', ' for i in (1, 2): x = g(i)', ' return x']],
    ['a guarded loop', ['def f(a):', ' if not a: return', ' for i in a: x = i', ' return x']],
    ['with', ['def f(g):', ' with g() as h: x = h.read()', ' return x']],
    ['two in one with', ['def f(g):', ' with g() as a, a.b() as c: return c']],
    ['walrus', ['def f(g):', ' if (x := g()) and x.y: return x', ' return x']],
    [
      'match on everything',
      [
        'def f(a):',
        ' match a:',
        '  case [x, *y]: pass',
        '  case {"k": x, **y}: pass',
        '  case A(b=x) as y: pass',
        '  case _: return',
        ' return x, y',
        'class A: ...',
      ],
    ],
    [
      'a guarded case',
      ['def f(a, g):', ' match a:', '  case A(b=x) if x in g: return x', 'class A: ...'],
    ],
    [
      'dispatch on one value',
      ['def f(m):', ' if m == "a": x = 1', ' elif m == "b": x = 2', ' return x'],
    ],
    ['soft keywords as names', ['def f(match, type):', ' case = match', ' return case, type']],
    ['lambdas', ['def f(a):', ' g = lambda y=1, *z: (y, z, w)', ' w = a', ' return g']],
    ['nested functions', ['def f(a):', ' def g(): return x', ' x = a', ' return g()']],
    ['comprehensions', ['def f(a):', ' y = [x for x in a if x]', ' return {k: v for k, v in y}']],
    ['keywords and attributes', ['def f(a, g):', ' g(x=a).x.y', ' if a: x = y = 1; return x, y']],
    ['global', ['def f(a):', ' global x', ' if a: x = 1', ' return x', 'x = 0']],
    [
      'targets',
      [
        'def f(a):',
        ' (b, [c, *d]), e = a',
        ' a[b].c = d, e',
        ' b: int = 1',
        ' b += c',
        ' return b',
      ],
    ],
    [
      'imports',
      [
        'def f():',
        ' import os.path, sys as s',
        ' from a import (b, c as d)',
        ' return os, s, b, d',
      ],
    ],
    ['finally', ['def f(g):', ' try: x = g()', ' finally: g.close()', ' return x']],
    ['asking locals()', ['def f(a):', ' if a: x = 1', ' if "x" in locals(): return x']],
    ['accepted by hand', ['def f(a):', ' if a: x = 1', ' return x  # noqa: possibly-unbound']],
    ['assert', ['def f(a):', ' if a: x = 1', ' assert a', ' return x']],
    ['async', ['async def f(g):', ' async with g() as a:', '  async for x in a: yield x']],
    [
      'decorators and types',
      [
        'import functools',
        '@functools.cache',
        'def f[T](a: T, /, *b, c: int = 1, **d) -> T:',
        ' return a, b, c, d',
      ],
    ],
    ['strings', ['def f(a):', " return 'x' '''\nif y: z''' f'{a=}' rf\"{a:{a}}\" if a else b'e'"]],
  ])('%s', async (_, lines) => {
    expect(await found(...lines)).toEqual([]);
  });
});

describe('what ruff finds', () => {
  test.each<[string, string[], string[]]>([
    ['a syntax error', ['def f(:', ' pass'], ['syntax 1', 'syntax 1']],
    ['wrong indentation', ['def f():', 'pass'], ['syntax 2']],
    ['an undefined name', ['def f():', ' return undefined_name'], ['F821 2']],
    ['used before it is assigned', ['x = 1', 'def f():', ' print(x)', ' x = 2'], ['F823 3']],
    ['return outside a function', ['return 1'], ['F706 1']],
    ['a name in a quoted annotation', ['def f(a: "Later"): ...'], []],
    ['style', ['import os, sys', 'l=1;', 'if l == None: pass'], []],
    ['noqa', ['print(undefined_name)  # noqa: F821'], []],
  ])('%s', async (_, lines, expected) => {
    const codes = await found(...lines);
    expect(codes.filter((code) => expected.length === 0 || expected.includes(code))).toEqual(
      expected,
    );
  });

  test('findings are sorted, with places after letters of any width', async () => {
    const all = await findings({
      'b.py': 'y = nope\n',
      'a.py': 'def f(a):\n  if a: x = 1\n  return "äö🚀", x\nz = nope\n',
    });
    expect(all.map(({ path, line, column }) => [path, line, column])).toEqual([
      ['a.py', 3, 18],
      ['a.py', 4, 5],
      ['b.py', 1, 5],
    ]);
  });

  test('the Python the service asks for decides what is syntax', async () => {
    const source = 'try: pass\nexcept ValueError, KeyError: pass\n';
    const old = await findings({ 'a.py': source, 'pyproject.toml': 'requires-python = ">=3.11"' }, [
      'a.py',
    ]);
    expect(old.map(({ code }) => code)).toContain('syntax');
    expect(await findings({ 'a.py': source, '.python-version': '3.14' }, ['a.py'])).toEqual([]);
  });
});

test('generated code of any depth stops no release', async () => {
  const deep = '['.repeat(150) + ']'.repeat(150);
  const long = Array.from({ length: 20_000 }, (_, at) => ` x${at} = ${at}`);
  expect(await found('def f():', ...long, ` return ${deep}`)).toEqual([]);
});

describe('the worker', () => {
  test('stops when asked to, and starts again', async () => {
    const directory = temporaryFolder();
    writeFiles(directory, { 'a.py': 'x = nope\n' });
    const own = createPythonCheck();
    const stop = new AbortController();
    const asked = own.check({ tree: folderTree(directory), files: listed(['a.py']) }, stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' });
    await expect(
      own.check({ tree: folderTree(directory), files: listed(['a.py']) }, stop.signal),
    ).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(await findingsOf(own, directory, listed(['a.py']))).toHaveLength(1);
  });

  test('says so when a file cannot be read', async () => {
    await expect(
      python.check({ tree: folderTree(temporaryFolder()), files: listed(['gone.py']) }, signal),
    ).rejects.toMatchObject({
      code: 'python-check-crashed',
    });
  });

  test('knows bytes by their digest, and believes no digest about bytes it has not read', async () => {
    const directory = temporaryFolder();
    const own = createPythonCheck();
    const bad = 'x = nope  # known\n';
    const ask = (sha256: string) => findingsOf(own, directory, [{ path: 'a.py', sha256 }]);
    writeFiles(directory, { 'a.py': bad });
    expect(await ask('a wrong digest')).toHaveLength(1);
    writeFiles(directory, { 'a.py': 'x = 1\n' });
    expect(await ask(hash('sha256', bad))).toHaveLength(1);
    expect(await ask('a wrong digest')).toHaveLength(0);
  });

  test('remembers over a restart what it found', async () => {
    const directory = temporaryFolder();
    const dataDirectory = temporaryFolder();
    const texts = { 'good.py': 'x = 1  # kept\n', 'bad.py': 'x = nope  # kept\n' };
    const asked = Object.entries(texts).map(([file, text]) => ({
      path: file,
      sha256: hash('sha256', text),
    }));
    writeFiles(directory, texts);
    expect(await findingsOf(createPythonCheck({ dataDirectory }), directory, asked)).toHaveLength(
      1,
    );
    await setImmediate();
    writeFiles(directory, { 'good.py': 'read = nope\n', 'bad.py': 'x = 1\n' });
    // Both are known by their digest; had they been read again, the other file would have the finding.
    expect(await findingsOf(createPythonCheck({ dataDirectory }), directory, asked)).toHaveLength(
      1,
    );
    const other = asked.map(({ path }) => ({ path, sha256: 'another' }));
    for (const check of [createPythonCheck({ dataDirectory }), createPythonCheck()])
      expect(await findingsOf(check, directory, other)).toMatchObject([{ path: 'good.py' }]);
  });

  test('answers for two deployments at once', async () => {
    const [one, two] = await Promise.all([
      findings({ 'a.py': 'x = nope\n' }),
      findings({ 'b.py': 'x = 1\n' }),
    ]);
    expect(one).toHaveLength(1);
    expect(two).toHaveLength(0);
  });
});
