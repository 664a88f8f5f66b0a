// Decides how an answer differs from what a smoke test expects: each value seen, and the value expected.
import { atPath, parseJson } from '../untrusted/parse-json.ts';
import type { HttpAnswer } from '../ports/ports.ts';
import type { HeaderAssertion, JsonAssertion, SmokeTest } from '../settings/health.ts';

/** Returns one line for each mismatch; empty if the test passes. `code`: the status in words. */
export function mismatches(answer: HttpAnswer, test: SmokeTest, code: string): string[] {
  const { status, headers, body, ms } = answer;
  const json = test.json.length > 0 ? parseJson(body) : undefined;
  return [
    ...(status === test.status ? [] : [`status ${code}, expected ${test.status}`]),
    ...(test.max_latency_ms === undefined || ms <= test.max_latency_ms
      ? []
      : [`took ${Math.round(ms)} ms, at most ${test.max_latency_ms} ms allowed`]),
    ...test.headers.flatMap((wanted) => inHeader(headers, wanted)),
    ...test.json.flatMap((wanted) => inJson(json, wanted)),
  ];
}

function inHeader(headers: HttpAnswer['headers'], wanted: HeaderAssertion): string[] {
  const what = `header ${wanted.name}`;
  const value = headers[wanted.name.toLowerCase()];
  return [
    ...presence(what, value, wanted.exists),
    ...equality(what, value, wanted.equals),
    ...pattern(what, value, wanted.matches),
  ];
}

function inJson(json: unknown, wanted: JsonAssertion): string[] {
  const { path, exists, equals, matches, type, min, max } = wanted;
  const value = atPath(json, path);
  const bounds = min !== undefined || max !== undefined;
  const wrong = [
    ...presence(path, value, exists),
    ...(type === undefined || kindOf(value) === type
      ? []
      : [
          `${path} is ${shown(value)}, expected ${type === 'null' ? 'null' : `a value of type ${type}`}`,
        ]),
    ...equality(path, value, equals),
    ...pattern(path, value, matches),
  ];
  if (!bounds) return wrong;
  if (typeof value !== 'number') return [...wrong, `${path} is ${shown(value)}, expected a number`];
  if (min !== undefined && value < min) wrong.push(`${path} is ${value}, at least ${min} expected`);
  if (max !== undefined && value > max) wrong.push(`${path} is ${value}, at most ${max} expected`);
  return wrong;
}

function presence(what: string, value: unknown, exists: boolean | undefined): string[] {
  if (exists === undefined || (value !== undefined) === exists) return [];
  return [exists ? `${what} is missing` : `${what} is present, but must be absent`];
}

function equality(what: string, value: unknown, wanted: unknown): string[] {
  if (wanted === undefined || value === wanted) return [];
  return [`${what} is ${shown(value)}, expected ${shown(wanted)}`];
}

/** Only texts and numbers can match a pattern. */
function pattern(what: string, value: unknown, wanted: string | undefined): string[] {
  if (wanted === undefined) return [];
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  if (text !== undefined && new RegExp(wanted, 'u').test(text)) return [];
  return [`${what} is ${shown(value)}, expected it to match ${wanted}`];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
}
