import { expect, test } from '@jest/globals';
import { causeLines } from '../../../src/deploy/failure/log-cause.ts';

const at = (who: string, texts: string[]) =>
  texts.map((text) => `2026-11-28T18:46:43+0000 host-1 ${who}: ${text}`);
const python = [
  'INFO:     Started server process [80]',
  'Traceback (most recent call last):',
  '  File "/usr/lib/python3/dist-packages/uvicorn/server.py", line 67, in run',
  '    return asyncio.run(self.serve())',
  '  File "/opt/engine/green/argo/api/health.py", line 22, in health',
  '    performance["status"] = status',
  "UnboundLocalError: cannot access local variable 'performance'",
  'INFO:     127.0.0.1:40000 - "GET /api/v1/health HTTP/1.1" 500 Internal Server Error',
  'INFO:     Shutting down',
];

test('a traceback is told by its innermost frame and its exception, whatever was logged later', () => {
  expect(causeLines(at('python[80]', python)).map((line) => line.split('[80]: ')[1])).toEqual([
    '  File "/opt/engine/green/argo/api/health.py", line 22, in health',
    '    performance["status"] = status',
    "UnboundLocalError: cannot access local variable 'performance'",
  ]);
});

test('the last of several tracebacks counts', () => {
  const first = ['Traceback (most recent call last):', '  File "/a.py", line 1', 'KeyError: 1'];
  const chained = ['During handling of the above exception, another exception occurred:'];
  const last = ['Traceback (most recent call last):', '  File "/b.py", line 2', 'OSError: 2'];
  expect(causeLines([...first, ...chained, ...last])).toEqual([
    '  File "/b.py", line 2',
    'OSError: 2',
  ]);
});

test('a traceback that is still being written gives way to the one before it', () => {
  const cut = ['Traceback (most recent call last):', '  File "/c.py", line 3, in run'];
  const whole = ['Traceback (most recent call last):', '  File "/b.py", line 2', 'OSError: 2'];
  expect(causeLines([...whole, ...cut])).toEqual(['  File "/b.py", line 2', 'OSError: 2']);
});

test('an exception that was being handled is no cause while the traceback after it is incomplete', () => {
  const inner = ['Traceback (most recent call last):', '  File "/a.py", line 1', 'EndOfStream'];
  const chained = ['', 'During handling of the above exception, another exception occurred:', ''];
  const cut = ['Traceback (most recent call last):', '  File "/c.py", line 3, in run'];
  const whole = ['Traceback (most recent call last):', '  File "/b.py", line 2', 'OSError: 2'];
  const log = [...inner, ...chained, ...whole, ...inner, ...chained, ...cut];
  expect(causeLines(log)).toEqual(['  File "/b.py", line 2', 'OSError: 2']);
});

test.each([
  ['node', ['listening', 'TypeError: x is not a function', '    at run (/opt/e/green/app.js:3:1)']],
  ['go', ['started', 'panic: runtime error: index out of range', 'goroutine 1 [running]:']],
  ['a level', ['INFO ok', '2026-11-28 ERROR no calendar', 'INFO bye']],
  ['JSON lines', ['{"level":30}', '{"level":"error","msg":"no calendar"}']],
])('an error of %s is told rather than the lines before it', (_, log) => {
  expect(causeLines(log)).toEqual(log.slice(1));
});

test('words that contain an error of another kind are no error', () => {
  const log = ['mirrored', 'errorless', 'terror', 'INFO done'];
  expect(causeLines(log)).toEqual(log.slice(-3));
});

test("systemd's own lines count only where the service wrote none", () => {
  const own = at('systemd[1]', ['engine.service: Failed to locate executable /x: No such file']);
  expect(causeLines(own)).toEqual(own);
  expect(causeLines([...at('engine[9]', ['hello']), ...own])).toEqual(at('engine[9]', ['hello']));
  expect(causeLines([])).toEqual([]);
});

test('a log has no cause if its end has only lines of an access log', () => {
  const request = at('python[80]', ['INFO:     127.0.0.1:40000 - "GET /health HTTP/1.1" 500 X']);
  const reason = at('python[80]', ['giving up: no market data']);
  expect(causeLines(request)).toEqual([]);
  expect(causeLines([...request, ...reason])).toEqual([...request, ...reason]);
  expect(causeLines([])).toEqual([]);
});
