// Loaded into the bot's processes: measures the event loop's delay from one SIGUSR2 to the next.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import type { LoopDelay } from './told.ts';

const RESOLUTION_MS = 10;
const folder = process.env['ARGO_BENCH_LOOP'];

if (folder !== undefined && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before = process.cpuUsage();
  process.on('SIGUSR2', () => {
    const { user, system } = process.cpuUsage(before);
    const measured: LoopDelay = {
      p99: delay.percentile(99) / 1e6,
      max: delay.max / 1e6,
      cpuMs: (user + system) / 1_000,
    };
    const file = `${folder}/${process.pid}.json`;
    writeFileSync(`${file}.new`, JSON.stringify(measured));
    renameSync(`${file}.new`, file);
    delay.reset();
    before = process.cpuUsage();
  });
}
