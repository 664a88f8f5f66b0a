import { describe, expect, test } from '@jest/globals';
import { parseAnswer } from '../../../src/host/run/answer.ts';

const parse = (stdout: string) =>
  parseAnswer({ stdout, stderr: '', what: 'Hosts claimed', host: 'trading-1' });

describe('an answer', () => {
  test('is its key and value lines, in order, repeated keys kept', () => {
    const answer = parse('Welcome!\nslot\tblue\nfile\ta\tb\nfile\t\nslot none\n');
    expect(answer.value('slot')).toBe('blue');
    expect(answer.values('file')).toEqual(['a\tb', '']);
    expect(answer.maybe('nothing')).toBeUndefined();
    expect(answer.values('nothing')).toEqual([]);
  });

  test.each([
    ['', 'no "slot"'],
    ['slot\ta\nslot\tb\n', '"slot" 2 times'],
  ])('does not guess from %j', (stdout, message) => {
    const attempt = () => parse(stdout).value('slot');
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'unreadable-answer', host: 'trading-1' }),
    );
  });
});
