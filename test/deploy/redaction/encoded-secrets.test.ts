import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';

function clean(text: string, ...secrets: string[]): string {
  const redactor = createRedactor();
  redactor.learn(secrets);
  return redactor.clean(text);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');

/** Every secret of the row must be gone from the text, and what stands around it must be there. */
describe('a secret is hidden', () => {
  const WORD = 'hunter2!';
  const ODD = `Zoë's "p/w" & 50% <x>`;
  const LONG = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  test.each<[string, string, string, string]>([
    ['in base64 with a user', WORD, `Basic ${base64(`ada:${WORD}`)} sent`, 'Basic [secret] sent'],
    ['in base64 with two letters before', WORD, `${base64(`ab${WORD}cd`)} sent`, '[secret] sent'],
    ['in base64 for URLs', ODD, `${Buffer.from(`a${ODD}`).toString('base64url')}.`, '[secret].'],
    ['in hex', WORD, `0x${hex(WORD)}.`, '0x[secret].'],
    ['in large hex', WORD, `${hex(WORD).toUpperCase()}.`, '[secret].'],
    ['in a URL', ODD, `/?a=${encodeURIComponent(ODD)}&b=1`, '/?a=[secret]&b=1'],
    [
      'in a form',
      ODD,
      `a=${new URLSearchParams({ a: ODD }).toString().slice(2)}&b=1`,
      'a=[secret]&b=1',
    ],
    [
      'with every letter of it escaped for a URL',
      WORD,
      `a=${hex(WORD).replaceAll(/../g, '%$&')}&b=1`,
      'a=[secret]&b=1',
    ],
    [
      'escaped for a URL twice',
      ODD,
      `a=${encodeURIComponent(encodeURIComponent(ODD))}!`,
      'a=[secret]!',
    ],
    ['in JSON', ODD, JSON.stringify({ a: ODD }), '{"a":"[secret]"}'],
    [
      'in JSON without its umlauts',
      ODD,
      `"${JSON.stringify(ODD).replace('ë', String.raw`\u00eb`)}"`,
      '""[secret]""',
    ],
    [
      'in JSON with its slash escaped',
      ODD,
      JSON.stringify(ODD).replace('/', String.raw`\/`),
      '"[secret]"',
    ],
    ['in JSON in JSON', ODD, JSON.stringify(JSON.stringify(ODD)), String.raw`"\"[secret]\""`],
    ["in Python's repr", ODD, `'${ODD.replace("'", String.raw`\'`)}'`, `'[secret]'`],
    ["in Python's bytes", ODD, String.raw`b'Zo\xc3\xab\'s "p/w" & 50% <x>'`, `b'[secret]'`],
    ['quoted for a shell', ODD, `'${ODD.replace("'", `'"'"'`)}'`, `'[secret]'`],
    [
      'quoted for a shell in another way',
      ODD,
      `'${ODD.replace("'", String.raw`'\''`)}'`,
      `'[secret]'`,
    ],
    [
      'in HTML',
      ODD,
      '<b>Zo&#235;&#x27;s &quot;p/w&quot; &amp; 50% &lt;x&gt;</b>',
      '<b>[secret]</b>',
    ],
    ['in octal', 'Zoë-1234', String.raw`Zo\303\253-1234.`, '[secret].'],
    ['wrapped', LONG, `key ${LONG.slice(0, 30)}\n    ${LONG.slice(30)} end`, 'key [secret] end'],
    [
      'wrapped, and written to the journal line by line',
      WORD,
      `2026-11-28T18:45:26+0000 host-1 python[12]: hunt\n2026-11-28T18:45:26+0000 host-1 python[12]: er2! end`,
      '2026-11-28T18:45:26+0000 host-1 python[12]: [secret] end',
    ],
    [
      'in wrapped base64',
      LONG,
      `${base64(LONG).slice(0, 20)}\n${base64(LONG).slice(20)}\n`,
      '[secret]\n',
    ],
    ['cut at its beginning', LONG, `…${LONG.slice(20)} end`, '…[secret] end'],
    ['cut at its end', LONG, `key ${LONG.slice(0, 18)}…`, 'key [secret]…'],
    ['with colours in it', WORD, 'hun\u001B[31mter\u001B[0m2!', '[secret]'],
    ['with what nobody sees in it', WORD, 'hun\u200Bter2!', '[secret]'],
    ['behind an escaped line end', 'xkqzpw', String.raw`"a:\nxkqzpw"`, String.raw`"a:\n[secret]"`],
  ])('%s', (_name, secret, text, cleaned) => {
    expect(clean(text, secret)).toBe(cleaned);
  });

  test('of several lines, each with the time in front of it', () => {
    const pem = ['MIIEvQIBADANBgkqhkiG9w0B', 'AQEFAASCBKcwggSjAgEAAoIB', 'AQC7VJTUt9Us8cKj'];
    const log = pem.map((line) => `18:45:26 INFO engine: ${line}`).join('\n');
    expect(clean(log, pem.join('\n'))).toBe(
      pem.map(() => '18:45:26 INFO engine: [secret]').join('\n'),
    );
  });
});

test('however it is encoded, wherever it stands, and nothing else is', () => {
  const encode = fc.constantFrom<(text: string) => string>(
    (text) => text,
    base64,
    hex,
    encodeURIComponent,
    JSON.stringify,
    (text) => base64(`x:${text}`),
    (text) => encodeURIComponent(JSON.stringify(text)),
  );
  const secret = fc
    .stringMatching(/^[\x21-\x7e]{8,40}$/)
    .filter((text) => !'[secret][secret]'.includes(text));
  const words = fc.array(fc.constantFrom('order', 'filled', 'at', '12', 'INFO', '\n'), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(secret, encode, words, words, (value, encoded, before, after) => {
      const cleaned = clean(`${before.join(' ')} ${encoded(value)} ${after.join(' ')}`, value);
      expect(cleaned).not.toContain(encoded(value));
      expect(cleaned).toContain('[secret]');
      expect(cleaned.startsWith(before.join(' '))).toBe(true);
      expect(cleaned.endsWith(after.join(' '))).toBe(true);
    }),
  );
});

test('words that a config shares with a log stay', () => {
  const text = 'the engine is in production, 84 orders filled in 20 ms';
  expect(clean(text, 'correct horse battery staple', 'xkqzpw', '12345')).toBe(text);
});
