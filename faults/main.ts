import { parseArgs } from 'node:util';
import { canBootHosts } from '../sandbox/host/can-boot.ts';
import { ensurePackages, sandboxPackages } from '../sandbox/setup.ts';
import { faults } from './all.ts';
import { campaign } from './campaign.ts';
import { forgetOthers, record } from './record.ts';
import { lastLine } from './report.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm run faults`: what broke for teams, broken on purpose on a real host; does it reach users? */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      /** The rows whose name has this in it; may be given several times. */
      only: { type: 'string', multiple: true },
      list: { type: 'boolean', default: false },
      /** Keeps each row's journal, for the golden files of what people read: `npm run golden` renders them. */
      record: { type: 'boolean', default: false },
    },
  });
  const { only, list } = values;
  const rows = faults.filter(({ name }) => !only || only.some((part) => name.includes(part)));
  if (list) {
    for (const { name, stage, says } of rows) say(`${name}: ${stage} says ${String(says)}`);
    return 0;
  }
  if (rows.length === 0) {
    say('No row has that name; --list tells them.');
    return 1;
  }
  await ensurePackages(sandboxPackages);
  const able = canBootHosts();
  if (!able.ok) {
    say(`This machine cannot boot the sandbox's hosts: ${able.reason}`);
    return 1;
  }
  const played = await campaign(rows, say, interrupted());
  say(lastLine(played));
  if (values.record) {
    for (const { name, events } of played) record(name, events);
    forgetOthers(faults.map(({ name }) => name));
  }
  const well = played.length === rows.length && played.every(({ wrong }) => wrong.length === 0);
  return well ? 0 : 1;
}

function interrupted(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  return stop.signal;
}

process.exit(await main());
