import { appendFileSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { attempt } from '../../../sandbox/host/command.ts';
import type { Fault } from '../fault.ts';
import type { Run } from '../run.ts';
import type { World } from '../world.ts';

/** Off is until users are answered again: a service needs its time to start with its host. */
async function off(world: World, run: Run, how: 'orderly' | 'crash'): Promise<void> {
  const span = { from: Date.now(), to: Number.POSITIVE_INFINITY };
  run.off.push(span);
  await world.host.reboot(how);
  const up = Date.now();
  while (!(await answers(`${world.host.publicUrl}/api/v1/signals`))) {
    if (Date.now() - up > START_MS) {
      run.wrong.push(`users got nothing for ${START_MS} ms after the host was back`);
      break;
    }
    await pause(20);
  }
  span.to = Date.now();
}

const START_MS = 30_000;

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

const rebooted: Fault = {
  name: 'host rebooted',
  harmless: false,
  hostOff: true,
  strike: (world, run) => off(world, run, 'orderly'),
};

const crashed: Fault = {
  name: 'host crashed',
  harmless: false,
  hostOff: true,
  strike: (world, run) => off(world, run, 'crash'),
};

const sshdRestarted: Fault = {
  name: 'sshd restarted',
  harmless: true,
  async strike({ host }) {
    await host.exec('systemctl restart ssh');
  },
};

const drop = '/etc/ssh/sshd_config.d/few-sessions.conf';

const fewSessions: Fault = {
  name: 'few sessions',
  harmless: false,
  async strike({ host, link }) {
    await host.exec(`echo 'MaxSessions 1' > ${drop}; systemctl reload ssh`);
    // Who is connected keeps what was allowed before.
    link.cut();
    await pause(20);
    link.restore();
    return async () => {
      await host.exec(`rm -f ${drop}; systemctl reload ssh`);
      link.cut();
      await pause(20);
      link.restore();
    };
  },
};

/** Pages that the kernel may have given away without having counted them yet. */
const COUNTED_LATE = 64;

/** At once as far as it goes, then page by page; others may write meanwhile, or give something up. */
async function fill(file: string): Promise<void> {
  for (let tries = 1; tries <= 5; tries += 1) {
    const { bavail, bsize } = statfsSync(file);
    const length = Math.max(1, bavail - tries * COUNTED_LATE) * bsize;
    const words = ['--offset', String(statSync(file).size), '--length', String(length), file];
    if (await attempt('fallocate', words)) break;
  }
  const { bsize } = statfsSync(file);
  try {
    for (;;) appendFileSync(file, Buffer.alloc(bsize));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

const diskFull: Fault = {
  name: 'disk full',
  stages: ['claim', 'upload', 'verify', 'preflight', 'unit'],
  harmless: false,
  async strike({ folder }, _run, random) {
    const filler = join(folder, 'filler');
    writeFileSync(filler, '');
    await fill(filler);
    await pause(random.between(500, 3_000));
    rmSync(filler, { force: true });
  },
};

const clock = '/usr/local/bin/date';

/**
 * The hosts share the clock of this machine, which must not be turned; but all that scripts know of the time is what
 * `date` says, and they find this one first.
 */
const clockJumps: Fault = {
  name: 'clock jumps',
  harmless: true,
  stoppedBy: 'preflight',
  async strike({ host }, _run, random) {
    const seconds = random.pick([-86_400, -3_600, -90, 90, 3_600, 31_536_000]);
    const { code, stderr } = await host.exec(`cat > ${clock} <<'END'
#!/bin/sh
exec /bin/date -d '${seconds} seconds' "$@"
END
chmod 755 ${clock}`);
    if (code !== 0) throw new Error(stderr);
    return async () => void (await host.exec(`rm -f ${clock}`));
  },
};

export const hostFaults = [clockJumps, rebooted, crashed, sshdRestarted, fewSessions, diskFull];
