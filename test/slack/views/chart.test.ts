import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Deployment } from '../../../src/deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../../src/deploy/record/events.ts';
import type { WatchCheck } from '../../../src/deploy/record/watch-check.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { png } from '../../../src/slack/thread/chart-to-png.ts';
import { chartsOf } from '../../../src/slack/views/chart/charts.ts';
import { clockTicks, colours, states, ticks } from '../../../src/slack/views/chart/style.ts';
import { seriesOf } from '../../../src/slack/views/chart/series.ts';
import { spreadOf } from '../../../src/slack/views/parts/watch-figures.ts';
import { watchChart } from '../../../src/slack/views/chart/watch-chart.ts';
import { exampleFacts, prepared, switched } from '../../support/events.ts';
import { targetWith } from '../../support/target.ts';
import { CHANNEL, REQUESTER } from '../../support/settings.ts';

const SWITCH = 1_795_000_000_000;

function deployment(events: DeploymentEvent[], service = 'argo-trading'): Deployment {
  const facts = { ...exampleFacts, switchedAt: SWITCH, baseline: { 'host-1': [10, 11, 12, 40] } };
  return fold([
    {
      type: 'requested',
      at: SWITCH,
      id: 'd1',
      request: {
        kind: 'deploy',
        service,
        environment: 'production',
        slot: 'green',
        dryRun: false,
        strategy: 'proxy',
        origin: { user: REQUESTER, channel: CHANNEL, team: 'T0SANDBOX' },
      },
    },
    ...prepared({ facts }),
    ...switched(),
    ...events,
  ]);
}

function round(second: number, state: WatchCheck['state'], ms = 20, more = {}): DeploymentEvent {
  const at = SWITCH + second * 1_000;
  return { type: 'checked', at, checks: [{ at, host: 'host-1', state, ms, ...more }] };
}

const alerted = (second: number): DeploymentEvent => ({
  type: 'alerted',
  at: SWITCH + second * 1_000,
  reason: 'not healthy',
});

test('a round that could not be made has no time, and restarts count once', () => {
  const d = deployment([
    round(5, 'healthy', 20),
    round(10, 'unknown', 900),
    round(15, 'degraded', 30, { restarts: 1 }),
    round(20, 'degraded', 50, { restarts: 1 }),
  ]);
  const series = seriesOf(d);
  expect(series?.points).toEqual([
    { at: 5, ms: 20, state: 'healthy', restarts: 0 },
    { at: 10, ms: undefined, state: 'unknown', restarts: 0 },
    { at: 15, ms: 30, state: 'degraded', restarts: 1 },
    { at: 20, ms: 50, state: 'degraded', restarts: 0 },
  ]);
  expect(series?.before).toEqual({ median: 11, p95: 40 });
  expect(series?.after).toEqual({ median: 30, p95: 50 });
  expect(series?.restarts).toBe(1);
});

test('the slowest host is drawn and the worst state counts', () => {
  const at = SWITCH + 5_000;
  const both: WatchCheck[] = [
    { at, host: 'a', state: 'degraded', ms: 9 },
    { at, host: 'b', state: 'healthy', ms: 70 },
  ];
  const d = deployment([{ type: 'checked', at, checks: both }, round(10, 'healthy')]);
  expect(seriesOf(d)?.points[0]).toEqual({ at: 5, ms: 70, state: 'degraded', restarts: 0 });
});

test('there is a picture with each alert as of then, and one of the whole watch at its end', () => {
  const rounds = [round(5, 'healthy'), round(10, 'degraded'), round(15, 'degraded')];
  const open = deployment([...rounds, alerted(15)]);
  expect(chartsOf(open).map(({ key }) => key)).toEqual(['chart-alert-1']);
  const back: DeploymentEvent = { type: 'rollback-requested', at: SWITCH + 21_000, reason: 'down' };
  const over = deployment([...rounds, alerted(15), round(20, 'unavailable'), back]);
  const [first, whole] = chartsOf(over);
  expect(chartsOf(over).map(({ key }) => key)).toEqual(['chart-alert-1', 'chart-watch']);
  expect(first?.svg()).toBe(chartsOf(open)[0]?.svg());
  expect(whole?.svg()).toContain('>rollback 11:07:01<');
  expect(whole?.svg()).toContain('>alert 11:06:55<');
  expect(whole?.svg()).toContain('Cache the order book · 1a2b3c4');
  const target = targetWith();
  const [limits] = chartsOf(over, target);
  expect(limits?.svg()).toContain('alert after 2 unhealthy in a row, rollback after 3 failed');
  expect(whole?.alt).toBe(
    'Answer times: before the switch median 11 ms, after it 20 ms, 95th percentile 20 ms, 4 checks, 3 unhealthy',
  );
});

test('nothing is drawn of a watch that has not seen two rounds', () => {
  expect(watchChart(deployment([round(5, 'healthy')]))).toBeUndefined();
  expect(chartsOf(deployment([alerted(1)]))).toEqual([]);
});

test('names from argo.yml cannot break the picture', () => {
  const d = deployment([round(1, 'healthy'), round(2, 'healthy')], '<svg onload="x">&"');
  expect(watchChart(d)).toContain('&lt;svg onload="x"&gt;&amp;" · production');
  expect(watchChart(d)).not.toContain('<svg onload');
});

test('whatever the watch saw, every mark stays on the picture and it can be drawn', () => {
  const state = fc.constantFrom('healthy', 'degraded', 'unavailable', 'unknown' as const);
  const one = fc.record({
    gap: fc.integer({ min: 0, max: 300 }),
    state,
    ms: fc.double({ min: 0, max: 60_000, noNaN: true }),
    restarts: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 2, maxLength: 80 }), (rounds) => {
      let second = 0;
      const events = rounds.map(({ gap, state: seen, ms, restarts }) =>
        round((second += gap + 1), seen, ms, { restarts }),
      );
      const svg = watchChart(deployment(events)) ?? '';
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      for (const [, x] of svg.matchAll(/ (?:x|x1|x2)="([-\d.]+)"/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(720);
      }
    }),
    { numRuns: 60 },
  );
});

test('the legend has each state that was seen, and no other', () => {
  const svg = watchChart(deployment([round(5, 'healthy'), round(9, 'unavailable')])) ?? '';
  expect(svg).toContain('>healthy<');
  expect(svg).toContain('>failed<');
  expect(svg).not.toContain('>degraded<');
  expect(svg).not.toContain('restart');
});

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test('all writing and marks have the contrast that WCAG asks for, and the edge shows on both themes', () => {
  const { ground, edge, grid: _, ...written } = colours;
  const marks = Object.values(states).map(({ colour }) => colour);
  for (const colour of [...Object.values(written), ...marks])
    expect(contrast(colour, ground)).toBeGreaterThan(4.5);
  for (const theme of ['#ffffff', '#1a1d21']) expect(contrast(edge, theme)).toBeGreaterThan(2.5);
});

test('the picture is a PNG with writing on it', async () => {
  const words = await png(watchChart(deployment([round(5, 'healthy'), round(9, 'healthy')])) ?? '');
  expect(words.subarray(1, 4).toString()).toBe('PNG');
  // Width and height, big-endian, after the signature and the chunk's head: 720 by 580, drawn twice as large.
  expect([words.readUInt32BE(16), words.readUInt32BE(20)]).toEqual([1_440, 1_160]);
  const bare = await png('<svg xmlns="http://www.w3.org/2000/svg" width="720" height="510"/>');
  const label = await png(
    '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="510"><text x="9" y="99" font-family="DejaVu Sans" font-size="60">switch</text></svg>',
  );
  expect(label.equals(bare)).toBe(false);
});

test('what is no picture is reported', async () => {
  await expect(png('no chart')).rejects.toThrow('Command failed');
});

test('no time below the states touches UTC or the edge', () => {
  for (let last = 3; last < 60; last++) {
    const svg = watchChart(deployment([round(1, 'healthy'), round(last, 'healthy')])) ?? '';
    const utc = /y="(\d+)"[^>]*>UTC</.exec(svg)?.[1] ?? '';
    const times = [...svg.matchAll(new RegExp(`x="([\\d.]+)" y="${utc}"[^>]*>([\\d:]+)<`, 'g'))];
    for (const [, x = '', words = ''] of times) {
      const half = (words.length * 20 * 0.58) / 2;
      expect(Number(x) - half).toBeGreaterThanOrEqual(92);
      expect(Number(x) + half).toBeLessThanOrEqual(720);
    }
  }
});

test('steps are round and reach past the highest value', () => {
  expect(ticks(43, 4)).toEqual([0, 20, 40, 60]);
  expect(ticks(0.7, 4)).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
  // 11:06:40, a clock time of SWITCH.
  expect(clockTicks(SWITCH, 300, 5)).toEqual([20, 80, 140, 200, 260]);
  expect(clockTicks(SWITCH, 0.4, 5)).toEqual([]);
});

test('median and 95th percentile are ranks, not averages', () => {
  expect(spreadOf([])).toBeUndefined();
  expect(spreadOf([5])).toEqual({ median: 5, p95: 5 });
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(spreadOf(hundred)).toEqual({ median: 50, p95: 95 });
});
