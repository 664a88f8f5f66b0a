import { describe, expect, test } from '@jest/globals';
import { createFileCheck } from '../../../src/source/python/check-file.ts';

/** `code line`, with `warning` for warnings, of each finding in a file. */
function found(lines: string[], target = 'py313'): string[] {
  const all = createFileCheck(target)('a.py', `${lines.join('\n')}\n`);
  return all.map(
    ({ code, line, level }) => `${level === 'error' ? '' : 'warning '}${code} ${line}`,
  );
}

describe('a module that runs has no errors', () => {
  test.each<[string, string[]]>([
    ['words in quotes as annotations', ['def f(a: "the first argument") -> "a thing!": ...']],
    [
      'shapes in quotes',
      ['from a import Float, Array', 'def f(x: Float[Array, "batch dim"], y: (1, "b c")): ...'],
    ],
    [
      'a function inside a handler',
      ['try: 1/0', 'except ZeroDivisionError as e:', ' def show(): return str(e)', ' show()'],
    ],
    ['a lambda inside a handler', ['try: 1/0', 'except ArithmeticError as e: f = lambda: e']],
    [
      'the value of an earlier round',
      [
        'def f(rows):',
        ' for n, row in enumerate(rows):',
        '  if n > 0: print(row - before)',
        '  before = row',
      ],
    ],
    [
      'the value of an earlier round, in one line',
      [
        'def f(rows):',
        ' for n, row in enumerate(rows):',
        '  d = row - last if n else 0',
        '  last = row + d',
      ],
    ],
    [
      'the value of an earlier round, of a module',
      ['for n in range(3):', ' if n and last: print(last)', ' last = n'],
    ],
    [
      'the value of an earlier round, skipped in the first',
      [
        'def f(rows, go):',
        ' for row in rows:',
        '  if go(row): continue',
        '  print(last)',
        '  last = row',
      ],
    ],
    ['annotations of local names', ['def f():', ' x: NoSuch = 1', ' f.y: NoSuch = 2', ' return x']],
    ['code for type checkers', ['import typing', 'if typing.TYPE_CHECKING:', ' reveal_type(1)']],
    ['code that never runs', ['if False:', ' no_such_name()']],
    ['a mangled name', ['class C:', ' def f(self): return __secret', '_C__secret = 5']],
    [
      'a name that a class mangles',
      ['class C:', ' def f(self): global __n; __n = 1', 'print(_C__n)'],
    ],
    ['exec', ['exec(open("version.py").read())', 'print(__version__)']],
    ['exec in a function', ['def f(text): exec(text, globals())', 'print(made)']],
    ['locals()', ['class K:', ' for i in range(3): locals()[f"f{i}"] = i', ' z = f0']],
    ['vars()', ['vars()["made"] = 1', 'print(made)']],
    [
      'setattr',
      ['import sys', 'm = sys.modules[__name__]', 'setattr(m, "made", 1)', 'print(made)'],
    ],
    [
      'a function that gets globals()',
      ['from a import install', 'install(globals())', 'print(made)'],
    ],
    [
      'names of Python',
      ['class A[T]: p = __type_params__, __firstlineno__', 'print(__annotations__)'],
    ],
    [
      'parameters after type parameters',
      ['def f[T: (int, str)](a: T, b):', ' if b: a = None', ' return a'],
    ],
    [
      'a method with the name of a builtin that raises',
      [
        'def f(box, names):',
        ' try:',
        '  for name in names: box.set(name)',
        ' except ValueError: print(name)',
      ],
    ],
    [
      'a submodule for types only',
      [
        'import typing, p.sql',
        'if typing.TYPE_CHECKING:',
        ' import p.ext',
        'def f(): return p.sql.x',
      ],
    ],
    [
      'a stand-in for what is imported for types only',
      ['import typing', 'if typing.TYPE_CHECKING:', ' from p import A', 'else: A = object', 'A()'],
    ],
    [
      'an import for types of what is imported anyway',
      [
        'import typing',
        'from p import A as B, C',
        'if typing.TYPE_CHECKING:',
        ' from p import A as B, C',
        'def f(): return B(), C()',
      ],
    ],
    [
      'an import in the function of what is imported for types',
      [
        'import typing',
        'if typing.TYPE_CHECKING:',
        ' from p import A',
        'def f():',
        ' from p import A',
        ' A()',
      ],
    ],
  ])('%s', (_, lines) => {
    expect(found(lines)).toEqual([]);
  });
});

test('an undefined name in an annotation that Python keeps for tools is a warning', () => {
  const lines = ['class A:', ' x: NoSuch', 'def f(a: NoSuch = None) -> NoSuch: ...'];
  expect(found(lines)).toEqual(['F821 2', 'F821 3', 'F821 3']);
  const kept = ['warning F821 2', 'warning F821 3', 'warning F821 3'];
  expect(found(lines, 'py314')).toEqual(kept);
  const future = ['from __future__ import (', ' annotations)', 'x: NoSuch = NoSuch'];
  expect(found(future)).toEqual(['warning F821 3', 'F821 3']);
});

test('a name of a try that hardly raises is in doubt in its handler', () => {
  const lines = ['def f(a):', ' try: x = a', ' except KeyboardInterrupt: print(x)'];
  expect(found(lines)).toEqual(['warning possibly-unbound 3']);
});

describe('a module that fails has errors', () => {
  const types = [
    'from typing import TYPE_CHECKING',
    'if TYPE_CHECKING:',
    ' from decimal import Decimal',
  ];
  test.each<[string, string[], string[]]>([
    ['imported for types only', [...types, 'def f(): return Decimal(1)'], ['TC004 3']],
    ['a base imported for types only', [...types, 'class A(Decimal): ...'], ['TC004 3']],
    ['an annotation imported for types only', [...types, 'def f(a: Decimal): ...'], ['TC004 3']],
    [
      'a name of the first round',
      ['def f(a):', ' for x in a:', '  if last < x: return', '  last = x'],
      ['F821 3'],
    ],
    [
      'a handler around another name',
      ['try: 1/0', 'except ValueError as e:', ' def f(): return err'],
      ['F821 3'],
    ],
    ['a default value', ['def f(a=NoSuch): ...'], ['F821 1']],
    ['exec with names of its own', ['names = {}', 'exec("x = 1", names)', 'print(x)'], ['F821 3']],
    ['a copy of globals()', ['names = dict(globals())', 'print(x)'], ['F821 2']],
    ['del', ['def f(a):', ' if a: x = 1', ' del x'], ['possibly-unbound 3']],
    [
      'a base class',
      ['def f(a):', ' if a: b = object', ' class A(b): ...'],
      ['possibly-unbound 3'],
    ],
    [
      'a local default value',
      ['def f(a):', ' if a: d = 1', ' def g(x=d): ...'],
      ['possibly-unbound 3'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(found(lines)).toEqual(expected);
  });

  test('the message about an import for type checkers says what happens', () => {
    const [finding] = createFileCheck('py313')('a.py', [...types, 'Decimal(1)', ''].join('\n'));
    expect(finding?.message).toBe(
      '`decimal.Decimal` is imported only for type checkers, but the program uses it, which raises NameError',
    );
  });
});
