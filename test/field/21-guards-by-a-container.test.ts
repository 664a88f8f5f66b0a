import { describe, expect, test } from '@jest/globals';
import { createFileCheck } from '../../src/source/python/check-file.ts';

const check = createFileCheck('py311');

/** `level line name` of each name that may be unbound. */
function found(lines: readonly string[]): string[] {
  return check('app.py', `${lines.join('\n')}\n`).map(
    ({ level, line, code, message }) =>
      `${level} ${line} ${code === 'possibly-unbound' ? (message.split(' ')[0] ?? '') : code}`,
  );
}

/** A handler notes the failure by `note`; the use stands under `guard`. */
const guarded = (start: string, note: string, guard: string): string[] => [
  'def f(self, g, add_error, use):',
  `    ${start}`,
  '    try:',
  '        x = g()',
  '    except ValueError as e:',
  `        ${note}`,
  `    ${guard}`,
  '        use(x)',
];

const GUARDS: [string, string, string][] = [
  ['errors = []', 'errors.append(e)', 'if not errors:'],
  ['errors = []', 'errors.append(e)', 'if len(errors) == 0:'],
  ['errors = []', 'errors.append(str(e))', 'if errors == []:'],
  ['errors = set()', 'errors.add(e)', 'if not errors:'],
  ['errors = {}', 'errors["x"] = str(e)', 'if not errors:'],
  ['errors = {}', 'errors.setdefault("x", []).append(e)', 'if "x" not in errors:'],
  ['errors = []', 'errors += [e]', 'if not errors:'],
  ['errors = []', 'add_error(errors, e)', 'if not errors:'],
  ['', 'self.errors.append(e)', 'if not self.errors:'],
  ['', 'self.failed = True', 'if not self.failed:'],
  ['', 'self.queue.put(e)', 'if self.queue.empty():'],
  ['result = {}', 'result["failed"] = True', 'if not result.get("failed"):'],
  ['errors = []', 'errors.append(e)', 'while not errors:'],
  ['errors = []', 'errors.append(e)', 'for _ in errors or [1]:'],
];

test.each(GUARDS)('%s; %s; %s', (start, note, guard) => {
  expect(found(guarded(start || 'pass', note, guard))).toEqual([]);
});

test.each(GUARDS)('the same without the guard: %s; %s', (start, note) => {
  const bare = guarded(start || 'pass', note, '').slice(0, -2);
  expect(found([...bare, '    use(x)'])).toEqual([expect.stringMatching(/ 7 x$/)]);
});

test('a guard that leaves', () => {
  const leaving = guarded('errors = []', 'errors.append(e)', 'if errors:');
  expect(found([...leaving.slice(0, -1), '        return None', '    return x'])).toEqual([]);
});

test('a guard that asks for something else is no guard', () => {
  expect(found(guarded('errors = []', 'errors.append(e)', 'if not use:'))).toEqual(['warning 8 x']);
});

describe('an error only where a path surely fails', () => {
  test.each<[string, string[], string[]]>([
    ['the other side of one if', ['def f(a):', ' if a.ok: x = 1', ' return x'], ['error 3 x']],
    ['a branch', ['def f(a):', ' if a.ok: x = 1', ' else: y = 2', ' return x'], ['error 4 x']],
    [
      'a handler',
      ['def f(g, log):', ' try: x = g()', ' except OSError as e: log.error(e)', ' return x'],
      ['error 4 x'],
    ],
    [
      'a case',
      ['def f(a):', ' match a:', '  case 1: x = 1', '  case _: pass', ' return x'],
      ['error 5 x'],
    ],
    [
      'a test in between that keeps nobody away',
      ['def f(a, b):', ' if a.ok: x = 1', ' if b.loud: print(b)', ' return x'],
      ['error 4 x'],
    ],
    [
      'a loop in between',
      ['def f(a, b):', ' if a.ok: x = 1', ' for c in b: print(c)', ' return x'],
      ['error 4 x'],
    ],
    ['no round of a loop', ['def f(a):', ' for b in a: x = b', ' return x'], ['warning 3 x']],
    ['no round of a while', ['def f(a):', ' while a.more(): x = a.next()', ' return x'], []],
    [
      'an elif chain without else',
      ['def f(a, b):', ' if a.ok: x = 1', ' elif b.ok: x = 2', ' return x'],
      ['warning 4 x'],
    ],
    [
      'two tests that may be all there are',
      ['def f(a, b):', ' if a.ok: x = 1', ' if b.ok: x = 2', ' return x'],
      ['warning 4 x'],
    ],
    [
      'another test around the use',
      ['def f(a, b):', ' if a.ok: x = 1', ' if b.ok: return x'],
      ['warning 3 x'],
    ],
    [
      'a test in between that leaves',
      ['def f(a, b):', ' if a.ok: x = 1', ' if b.bad: return None', ' return x'],
      ['warning 4 x'],
    ],
    [
      'a try whose later lines may raise',
      ['def f(g):', ' try:', '  x = g()', '  g(x)', ' except OSError: pass', ' return x'],
      ['warning 6 x'],
    ],
    [
      'a branch that may never return',
      ['def f(a, die):', ' if a.ok: x = 1', ' else: die()', ' return x'],
      [],
    ],
    [
      'a call of its own that may never return',
      ['def f(self, a):', ' if a.ok: x = 1', ' else: self.give_up()', ' return x'],
      ['warning 4 x'],
    ],
    [
      'a line that may not come to it',
      ['def f(a, b):', ' if a.ok: x = 1', ' return b or x'],
      ['warning 3 x'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(found(lines)).toEqual(expected);
  });
});
