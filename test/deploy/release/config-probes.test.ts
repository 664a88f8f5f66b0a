import { describe, expect, test } from '@jest/globals';
import { runProbes } from '../../../src/deploy/release/config-probes.ts';
import type { FailureCode } from '../../../src/deploy/record/codes.ts';
import { StageFailed } from '../../../src/deploy/record/errors.ts';
import type { GetOptions, ProbeRequest } from '../../../src/deploy/ports/ports.ts';
import { ConfigProbeSchema } from '../../../src/deploy/settings/config.ts';
import { linkLost } from '../../support/memory-host.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';

const probe = ConfigProbeSchema.parse({
  name: 'provider takes it',
  key: 'massive.api_key',
  url: 'https://api.example.com/{value}',
  from: 'host',
});
const request: ProbeRequest = {
  probe,
  url: new URL('https://api.example.com/s3cret'),
  headers: { 'x-key': 's3cret' },
  shown: 'GET https://api.example.com/{value}',
};

function world(answers: Record<string, number | Error>) {
  const made = createMemoryWorld({ hosts: Object.keys(answers) });
  const asked: GetOptions[] = [];
  for (const host of made.hosts) {
    host.get = async (_url, options) => {
      asked.push(options);
      const answer = answers[host.name];
      if (typeof answer !== 'number') throw answer;
      return { status: answer, headers: {}, body: '', ms: 1 };
    };
  }
  return { asked, context: stageContext(made) };
}

const failed = (code: FailureCode) => new StageFailed(`GET …: ${code}`, { code, next: 'Look.' });

describe('a probe from the hosts', () => {
  test('is made on each of them, with the request told without its value', async () => {
    const { asked, context } = world({ one: 200, two: 200 });
    expect(await runProbes(context, [request])).toEqual([]);
    expect(asked).toHaveLength(2);
    expect(asked[0]?.secret).toEqual({ headers: request.headers, shown: request.shown });
  });

  test('names the host to which the provider says no: its address may not be allowed', async () => {
    const { context } = world({ one: 200, two: 403 });
    const trying = runProbes(context, [request]);
    await expect(trying).rejects.toMatchObject({ code: 'key-refused' });
    await expect(trying).rejects.toThrow(
      /refused massive.api_key \(HTTP 403\).* from two with GET/,
    );
  });

  test.each(['connection-refused', 'no-answer', 'tls-failed', 'bad-answer'] as const)(
    'a provider that cannot be asked (%s) is a warning',
    async (code) => {
      const { context } = world({ one: failed(code), two: 200 });
      expect(await runProbes(context, [request])).toEqual([
        expect.stringContaining('massive.api_key could not be tried with api.example.com'),
      ]);
      const strict = { ...request, probe: { ...probe, unreachable: 'stop' as const } };
      await expect(runProbes(context, [strict])).rejects.toMatchObject({ code: 'probe-failed' });
    },
  );

  test('a link that is lost is no answer: the stage is run again', async () => {
    const { context } = world({ one: linkLost('one') });
    await expect(runProbes(context, [request])).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  });

  test('a host that forwards nothing is told as that', async () => {
    const { context } = world({ one: failed('tunnel-refused') });
    await expect(runProbes(context, [request])).rejects.toMatchObject({ code: 'tunnel-refused' });
  });

  test('all that is wrong is told at once', async () => {
    const { context } = world({ one: 401, two: 404 });
    await expect(runProbes(context, [request])).rejects.toThrow(
      /\(HTTP 401\)[^\n]*\n.*answered HTTP 404/,
    );
  });
});
