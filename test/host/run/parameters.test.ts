import { describe, expect, test } from '@jest/globals';
import { Misconfigured } from '../../../src/deploy/record/errors.ts';
import { encodeParameters } from '../../../src/host/run/parameters.ts';

const encode = (parameters: Record<string, string | number>) =>
  encodeParameters(parameters, 'start-slot', 'trading-1').toString();

describe('parameters', () => {
  test('become lines and an empty line', () => {
    expect(encode({ root: '/srv/a b', epoch: 7, empty: '' })).toBe(
      'root=/srv/a b\nepoch=7\nempty=\n\n',
    );
    expect(encode({})).toBe('\n');
  });

  test.each(['a\nb', 'a\rb', 'a\0b', 'a\ud800'])(
    'refuses the value %j, without showing it',
    (value) => {
      const attempt = () => encode({ token: value });
      expect(attempt).toThrow(Misconfigured);
      expect(attempt).toThrow(expect.objectContaining({ code: 'unusable-parameter' }));
      expect(attempt).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(value) }),
      );
    },
  );

  test.each(['', 'A', 'a-b', 'a b', 'a=b', 'a1'])('refuses the key %j', (key) => {
    expect(() => encode({ [key]: 'x' })).toThrow(Misconfigured);
  });
});
