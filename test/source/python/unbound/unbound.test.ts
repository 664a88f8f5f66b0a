import { describe, expect, test } from '@jest/globals';
import { createFileCheck } from '../../../../src/source/python/check-file.ts';

const check = createFileCheck('py313');

/** `code line name` of what is found; the name comes first in what is told. */
function found(source: string, path = 'app/health.py'): string[] {
  return check(path, source).map(({ code, line, message }) =>
    code === 'possibly-unbound' ? `${line} ${message.split(' ')[0]}` : `${line} ${code}`,
  );
}

/** Each is a health endpoint in which one line stands one level too deep. */
const oneLevelTooDeep: [string, string, string[]][] = [
  [
    'below the "if" in a "try"',
    `
async def health(engine, logger):
    services = {}
    try:
        status = await engine.status()
        if status.ok:
            performance = status.performance
    except Exception as error:
        logger.warning("no status: %s", error)
        performance = None
    services["performance"] = performance
    return services
`,
    ['11 performance'],
  ],
  [
    'in the "else" only',
    `
def health(cache):
    if cache.ready():
        state = "healthy"
    else:
        reason = cache.why()
    return {"status": state, "reason": reason}
`,
    ['7 state', '7 reason'],
  ],
  [
    'in the handler',
    `
def health(db, log):
    try:
        db.ping()
    except ConnectionError as error:
        log.error("down: %s", error)
        status = "degraded"
    return {"status": status}
`,
    ['8 status'],
  ],
  [
    'in the "else" of a "try"',
    `
def health(db, log):
    try:
        rows = db.count()
    except TimeoutError:
        log.error("slow")
    else:
        fresh = rows > 0
    return {"fresh": fresh}
`,
    ['9 fresh'],
  ],
  [
    'below an "if" in a "with"',
    `
def health(pool):
    with pool.connection() as connection:
        if connection.alive:
            version = connection.version()
    return {"version": version}
`,
    ['6 version'],
  ],
  [
    'into the loop',
    `
def health(services):
    for service in services:
        healthy = service.ok
    return {"healthy": healthy}
`,
    ['5 healthy'],
  ],
  [
    'below the "break" of a search',
    `
def health(services):
    for service in services:
        if service.name == "engine":
            engine = service
            break
    return engine.status()
`,
    ['7 engine'],
  ],
  [
    'into a case',
    `
def health(state):
    match state.mode:
        case "live":
            label = "ok"
        case "paused":
            state.note()
        case _:
            label = "unknown"
    return label
`,
    ['10 label'],
  ],
  [
    'in a nested function',
    `
def routes(app, engine):
    @app.get("/health")
    def health():
        if engine.ready:
            uptime = engine.uptime()
        return {"uptime": uptime}

    return health
`,
    ['7 uptime'],
  ],
  [
    'in a method, with what a comprehension needs',
    `
class Monitor:
    def report(self, rows):
        if self.enabled:
            limit = self.limit
        return [row for row in rows if row.age < limit]
`,
    ['6 limit'],
  ],
  [
    'behind a walrus',
    `
def health(get):
    if get("a") and (value := get("b")):
        found = value
    return found
`,
    ['5 found'],
  ],
  [
    'after a deletion on one way',
    `
def health(load, small):
    data = load()
    if small(data):
        del data
    return data
`,
    ['6 data'],
  ],
  [
    'in "while"',
    `
def health(queue):
    while queue.size() > 0:
        if queue.peek().ok:
            last = queue.pop()
    return last
`,
    ['6 last'],
  ],
];

test.each(oneLevelTooDeep)('an assignment %s is found', (_, source, expected) => {
  expect(found(source)).toEqual(expected);
});

describe('ordinary code is let through', () => {
  test.each<[string, string]>([
    [
      'a search that breaks',
      `
def unit_for(size, suffixes):
    for at, suffix in enumerate(suffixes):
        unit = 1024**at
        if size < unit * 1024:
            break
    return unit, suffix
`,
    ],
    [
      'the parts of a path',
      `
def last_of(name):
    for part in name.split("."):
        parent = part
    return parent
`,
    ],
    [
      'assert 0',
      `
def kind_of(flag):
    if flag.unified:
        kind = "unified"
    elif flag.context:
        kind = "context"
    else:
        assert 0, "no such flag"
    return kind
`,
    ],
    [
      'what "finally" assigns, caught further out',
      `
def run(call, log):
    try:
        try:
            call()
        finally:
            output = log.text()
    except ValueError:
        return output
`,
    ],
    [
      'leaving by sys.exit, raise and NoReturn',
      `
import sys
from typing import NoReturn


def fatal(text: str) -> NoReturn:
    print(text)
    raise SystemExit(2)


def load(read):
    try:
        text = read()
    except FileNotFoundError:
        sys.exit("no file")
    except PermissionError:
        fatal("not allowed")
    except OSError as error:
        raise RuntimeError("unreadable") from error
    return text
`,
    ],
    [
      'while True',
      `
def wait(poll, sleep):
    while True:
        answer = poll()
        if answer:
            break
        sleep(1)
    return answer
`,
    ],
    [
      'global and nonlocal',
      `
count = 0


def outer(ready):
    total = 0

    def inner():
        global count
        nonlocal total
        if ready:
            count = 1
            total = 1
        return count, total

    return inner
`,
    ],
    [
      'TYPE_CHECKING',
      `
from __future__ import annotations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine import Engine


def health(engine: Engine) -> dict[str, Engine]:
    current: Engine = engine
    return {"engine": current}
`,
    ],
    [
      'the names of a comprehension',
      `
def names(rows, deep):
    if deep:
        row = rows[0]
        rows = row.all()
    return [row.name for row in rows], {row: row for row in rows}, (row for row in rows)
`,
    ],
    [
      'a name that is called case',
      `
import weakref


def watch(make, gone):
    case = make()
    ref = weakref.ref(case)
    with gone():
        del case
    return ref
`,
    ],
    [
      'names given by globals()',
      `
from enum import IntEnum


class Day(IntEnum):
    MONDAY = 0


globals().update(Day.__members__)


def first():
    return MONDAY
`,
    ],
    [
      'names of Python 2 behind its version',
      `
import sys

text = str if sys.version_info >= (3,) else unicode
`,
    ],
    [
      'a name that another tool was told to accept',
      `
def shell():
    return get_ipython()  # type: ignore[name-defined]
`,
    ],
  ])('%s', (_, source) => {
    expect(found(source)).toEqual([]);
  });

  test('the path of a package, in its own file only', () => {
    const source = 'from pkgutil import extend_path\n\nhere = extend_path(__path__, __name__)\n';
    expect(found(source, 'argo/__init__.py')).toEqual([]);
    expect(found(source, 'argo/health.py')).toEqual(['3 F821']);
  });
});

test('what excuses one undefined name excuses no other', () => {
  expect(
    found('import sys\n\nif sys.version_info < (3,):\n    x = unicode\ny = undefinde\n'),
  ).toEqual(['5 F821']);
  expect(found('def f():\n    return unicode("a")\n')).toEqual(['2 F821']);
  expect(found('def f():\n    return globals()["a"], undefinde\n')).toEqual(['2 F821']);
});
