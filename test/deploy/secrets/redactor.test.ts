import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';

const SECRET = 'p@ss/w0rd "x" y';

function redactorOf(...secrets: string[]) {
  const redactor = createRedactor();
  redactor.learn(secrets);
  return redactor;
}

describe('a value that was learned', () => {
  test.each([
    ['as it is', `key=${SECRET}!`],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 without padding', Buffer.from(SECRET).toString('base64').replaceAll('=', '')],
    ['in base64 for URLs', Buffer.from(SECRET).toString('base64url')],
    ['in a URL', `https://host/?key=${encodeURIComponent(SECRET)}&a=1`],
    ['in a URL in small letters', encodeURIComponent(SECRET).replaceAll('%2F', '%2f')],
    ['in a form', new URLSearchParams({ key: SECRET }).toString()],
    ['in JSON', JSON.stringify({ key: SECRET })],
    ['between terminal colours', `\u001B[31m${SECRET}\u001B[0m`],
    ['cut up by terminal colours', `p@ss\u001B[1m/w0rd "x" y`],
  ])('is hidden %s', (_name, text) => {
    const cleaned = redactorOf(SECRET).clean(text);
    expect(cleaned).toContain('[secret]');
    expect(cleaned).not.toContain('w0rd');
  });

  test('is hidden in a text that was read before the value was known', async () => {
    const redactor = createRedactor();
    const texts = ['x hunter-one', 'x hunter-two'];
    const read = async (text: string) => [redactor.clean(text), await redactor.cleanInSlices(text)];
    const all = () => Promise.all(texts.map(read));
    expect(await all()).toEqual(texts.map((text) => [text, text]));
    redactor.learn(['hunter-one']);
    expect(await all()).toEqual([
      ['x [secret]', 'x [secret]'],
      ['x hunter-two', 'x hunter-two'],
    ]);
    await redactor.learnFromHost(['hunter-two']);
    expect((await all()).flat()).toEqual(Array(4).fill('x [secret]'));
  });

  test('is hidden in a text that was being read when the value became known', async () => {
    for (let turns = 0; turns < 60; turns += 1) {
      const redactor = redactorOf('another-one');
      const reading = redactor.cleanInSlices('x hunter-two token=abcdef123456');
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      redactor.learn(['hunter-two']);
      await reading;
      const cleaned = redactor.clean('x hunter-two token=abcdef123456');
      expect(cleaned).toBe('x [secret] token=[secret]');
    }
  });

  test('is hidden whole when it contains another', () => {
    expect(redactorOf('abcdef', 'abcdef-and-more').clean('x abcdef-and-more')).toBe('x [secret]');
  });

  test('that is broken Unicode is hidden too', () => {
    expect(redactorOf('\uD800abcdef').clean('x \uD800abcdef')).toBe('x [secret]');
  });

  test('that is short is hidden as a whole word only', () => {
    const redactor = redactorOf('8001', 'live', 'x7', '');
    expect(redactor.clean('live at 8001, alive at 18001, x7')).toBe(
      '[secret] at [secret], alive at 18001, x7',
    );
  });

  test('that is a number is hidden with its separators, and not in a longer number', () => {
    const redactor = redactorOf('84720193');
    expect(redactor.clean('pin=84720193 84,720,193 pin84720193x')).toBe(
      'pin=[secret] [secret] pin[secret]x',
    );
    expect(redactor.clean('at 1784720193000')).toBe('at 1784720193000');
  });

  test('with marks that a pattern would read is taken literally', () => {
    expect(redactorOf('a.*+$&(b').clean('a.*+$&(b, aXXb')).toBe('[secret], aXXb');
  });

  test('never survives, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 8, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        fc.string(),
        fc.string(),
        (secrets, before, after) => {
          // What the mask itself contains tells nobody anything.
          fc.pre(secrets.every((secret) => !'[secret][secret]'.includes(secret)));
          const redactor = redactorOf(...secrets);
          const cleaned = redactor.clean(`${before}${secrets.join(' ')}${after}`);
          return secrets.every((secret) => secret.includes('\u001B') || !cleaned.includes(secret));
        },
      ),
    );
  });
});

describe('a credential that nobody declared', () => {
  test.each([
    ['a Slack bot token', 'token xoxb-1234567890-abcdefgh', 'token [secret]'],
    ['a Slack app token', 'xapp-1-A0000-12345-abcdef', '[secret]'],
    ['a GitHub token', `ghp_${'a1'.repeat(18)}`, '[secret]'],
    ['a fine-grained GitHub token', `github_pat_${'a1'.repeat(18)}`, '[secret]'],
    ['an AWS key', 'id AKIAIOSFODNN7EXAMPLE.', 'id [secret].'],
    [
      'a password in a URL',
      'git clone https://ada:s3cret@git.example/x',
      'git clone https://ada:[secret]@git.example/x',
    ],
    ['a password without a user', 'redis://:s3cret@host:6379', 'redis://:[secret]@host:6379'],
    ['a bearer header', 'Authorization: Bearer abcdefgh12345', 'Authorization: Bearer [secret]'],
    [
      'a basic header in JSON',
      '{"authorization": "basic YWRhOnMzY3JldA=="}',
      '{"authorization": "basic [secret]"}',
    ],
    ['an API key header', 'x-api-key=abcdefgh12345', 'x-api-key=[secret]'],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nend',
      '[secret]\nend',
    ],
    ['a key in a query', 'GET /aggs?apikey=abcdefgh&a=1', 'GET /aggs?apikey=[secret]&a=1'],
    ['a short key in a query', '/?a=1&x_apiKey=Zx8', '/?a=1&x_apiKey=[secret]'],
    ['a variable', 'MASSIVE_API_KEY=pk8Qz3vT1 set', 'MASSIVE_API_KEY=[secret] set'],
    ['a setting', 'access-key: pk8Qz3vT1, next', 'access-key: [secret], next'],
    ['a password in quotes', `passwd = 'hunter2'`, `passwd = '[secret]'`],
    ['a password of words in JSON', '{"password": "a correct horse"}', '{"password": "[secret]"}'],
    [
      'a JSON web token',
      'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9 end',
      'jwt [secret] end',
    ],
    ['a Google API key', `key AIza${'Sy123'.repeat(7)}`, 'key [secret]'],
    ['a Stripe key', `sk_live_${'a1B2'.repeat(6)} used`, '[secret] used'],
    ['a GitLab token', 'glpat-abcDEF123456ghiJKL78', '[secret]'],
    ['an npm token', `npm_${'a1B2'.repeat(9)}`, '[secret]'],
    ['a Telegram token', `bot 123456789:AA${'a1B'.repeat(11)}`, 'bot [secret]'],
    [
      'a Slack webhook',
      'POST https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
      'POST https://hooks.slack.com/services/[secret]',
    ],
    ['a private key that was cut off', 'x -----BEGIN PRIVATE KEY-----\nMIIE', 'x [secret]'],
  ])('%s is hidden', (_name, text, cleaned) => {
    expect(createRedactor().clean(text)).toBe(cleaned);
  });

  test.each([
    'https://git.example:8443/x@y',
    'main.py:12:5 F821 undefined name',
    'sha256 0123456789abcdef',
    'authorization failed for ada',
    'SyntaxError: Unexpected token: function',
    'token: UnexpectedEndOfInput',
    'password=required, secret: set-by-hand.',
    'api_key has 31 characters, expected 32',
    'password: None, token: null',
    'max_tokens=4096000 token_type: bearer1',
    'the secret is at secret: /run/secrets/key',
    '{"token": "expected"}',
    '/search?q=token&page=12',
    'passwords=[secret] token=[secret]',
    '-----BEGIN CERTIFICATE-----',
  ])('%s is no secret', (text) => {
    expect(createRedactor().clean(text)).toBe(text);
  });

  test('terminal escapes go, in every form', () => {
    const text = '\u001B[1;31mred\u001B[0m \u001B]0;title\u0007x \u001B]8;;url\u001B\\y \u001BMz';
    expect(createRedactor().clean(text)).toBe('red x y z');
  });
});

test('a value of a telling name never survives a query, and cleaning twice changes nothing', () => {
  const name = fc.constantFrom('apikey', 'api_key', 'token', 'secret', 'password', 'access_key');
  fc.assert(
    fc.property(name, fc.stringMatching(/^[\w.~%-]{9,40}$/), fc.string(), (key, value, rest) => {
      fc.pre(!rest.includes(value));
      const redactor = createRedactor();
      const cleaned = redactor.clean(`${rest} /v2?a=1&${key}=${value} ${rest}`);
      expect(cleaned).not.toContain(value);
      expect(redactor.clean(cleaned)).toBe(cleaned);
    }),
  );
});

test('ordinary words after telling names stay', () => {
  const name = fc.constantFrom('token', 'secret', 'password', 'api_key');
  fc.assert(
    fc.property(name, fc.stringMatching(/^[a-z]{1,12}(-[a-z]{1,12}){0,3}$/), (key, word) => {
      for (const text of [`${key}: ${word}`, `${key}=${word},`, `"${key}": "${word}"`]) {
        expect(createRedactor().clean(text)).toBe(text);
      }
    }),
  );
});

describe('long texts', () => {
  // A pattern that tries everything would run for hours here, far past the limit of a test.
  const LENGTH = 400_000;
  test.each([
    ' ',
    'a',
    ':',
    '://a:',
    'authorization ',
    'authorization: ',
    'x-api-key   :',
    '-----BEGIN ',
    '-----BEGIN A PRIVATE KEY-----',
    'xoxb-',
    'token=',
    'token:     ',
    'token:a-',
    'token":"',
    '?token=',
    '&key.',
    'password="a b ',
    '\u001B[',
    '\u001B]',
    '\t\n',
    '\\',
    '%',
    '%c3',
    '&#',
    `'\\''`,
    'eyJaaaaaaaa.',
    '2026-11-28T18:45:26+0000 a a[',
  ])('made of %j are cleaned in the time of a test', (piece) => {
    const text = piece.repeat(LENGTH / piece.length);
    expect(typeof redactorOf(SECRET).clean(text)).toBe('string');
  });
});
