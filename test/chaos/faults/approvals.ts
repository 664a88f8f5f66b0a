import { setTimeout as pause } from 'node:timers/promises';
import { legacyConfig } from '../../../sandbox/argo-yml.ts';
import { deploys, people } from '../../../sandbox/people.ts';
import type { Message } from '../../../sandbox/workspace/model.ts';
import { readable } from '../../../sandbox/transcript.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { key } from '../../../src/redis/records/keys.ts';
import type { Fault } from '../fault.ts';
import { cardOf } from '../messages.ts';
import type { Run } from '../run.ts';
import type { World } from '../world.ts';

/** All of these strike while the card with the buttons stands there, and decide by themselves. */
const atTheGate = { stages: ['gate'], moments: ['begin'], decides: true } as const;

async function card(world: World, run: Run): Promise<Message> {
  return world.scene.workspace.waitFor(() => cardOf(world, run.id), 30_000);
}

function click(world: World, user: string, { ts }: Message): Promise<unknown> {
  return world.scene.workspace.as(user).click(deploys, ts, 'Approve');
}

const clickedTwice: Fault = {
  name: 'clicked twice and late',
  harmless: true,
  ...atTheGate,
  async strike(world, run) {
    const shown = await card(world, run);
    await Promise.all([click(world, people.ben.id, shown), click(world, people.ben.id, shown)]);
    await pause(300);
    // Its buttons may have been taken away by now, which is as good.
    await click(world, people.ben.id, shown).catch(() => undefined);
  },
};

const byTwo: Fault = {
  name: 'clicked by two',
  harmless: true,
  ...atTheGate,
  async strike(world, run) {
    const shown = await card(world, run);
    await Promise.all([click(world, people.ben.id, shown), click(world, people.cleo.id, shown)]);
  },
};

const approvedAndCancelled: Fault = {
  name: 'approved and cancelled',
  harmless: true,
  ...atTheGate,
  endings: ['cancelled', 'succeeded', 'rolled-back'],
  async strike(world, run) {
    const shown = await card(world, run);
    await Promise.all([
      click(world, people.ben.id, shown),
      world.scene.workspace.as(people.ada.id).command(deploys, '/argo', 'cancel'),
    ]);
  },
};

/** Half an hour passes at once: the record's own deadline is put into the past. */
async function letExpire({ redis }: World, run: Run): Promise<void> {
  const at = run.events.findIndex(({ type }) => type === 'gate-opened');
  const opened = run.events[at];
  if (opened?.type !== 'gate-opened') throw new Error('no gate is open');
  const past = { ...opened, expiresAt: Date.now() - 1 };
  await redis.lset(key('journal', run.id), at, JSON.stringify(past));
}

const tooLate: Fault = {
  name: 'approved after its expiry',
  harmless: true,
  ...atTheGate,
  endings: ['expired'],
  async strike(world, run) {
    const shown = await card(world, run);
    await letExpire(world, run);
    await click(world, people.ben.id, shown);
  },
};

/** Approved in time, and no worker was there in time. */
const actedTooLate: Fault = {
  name: 'acted on after its expiry',
  harmless: true,
  ...atTheGate,
  endings: ['voided'],
  async strike(world, run) {
    const shown = await card(world, run);
    await Promise.all(
      world.scene.workers.map((worker) => {
        worker.kill('SIGTERM');
        return worker.ended();
      }),
    );
    await click(world, people.ben.id, shown);
    // The click is acknowledged before it is written down.
    const until = Date.now() + 20_000;
    while (!run.events.some(({ type }) => type === 'approved') && Date.now() < until) {
      await pause(10);
    }
    await letExpire(world, run);
    await world.complete();
  },
};

/** Somebody changes the host by hand between what was shown and the click. */
const drifted: Fault = {
  name: 'approved after drift',
  harmless: true,
  ...atTheGate,
  endings: ['voided'],
  async strike(world, run, random) {
    const shown = await card(world, run);
    const unit = `argo-trading-${fold(run.events).facts.slot}.service`;
    const { code, stderr } = await world.host.exec(
      random.pick([
        `systemctl stop ${unit}`,
        `echo ' ' >> ${legacyConfig}`,
        `rm -f ${legacyConfig}`,
      ]),
    );
    if (code !== 0) throw new Error(stderr);
    await click(world, people.ben.id, shown);
  },
};

/** Longer than an answer about groups is good for a decision. */
const KNOWN_MS = 5_500;

const roleRemoved: Fault = {
  name: 'approved without the role',
  harmless: true,
  ...atTheGate,
  async strike(world, run) {
    const { workspace } = world.scene;
    const shown = await card(world, run);
    workspace.regroup(people.operators.id, []);
    await pause(KNOWN_MS);
    const before = workspace.ephemerals(people.ben.id).length;
    await click(world, people.ben.id, shown);
    const answer = await workspace.waitFor(
      () => workspace.ephemerals(people.ben.id)[before],
      20_000,
    );
    workspace.regroup(people.operators.id, people.operators.users);
    if (!/You cannot approve/.test(readable(answer))) {
      run.wrong.push(`who had lost the role was told: ${readable(answer)}`);
    }
    await click(world, people.cleo.id, shown);
  },
};

export const approvalFaults = [
  clickedTwice,
  byTwo,
  approvedAndCancelled,
  tooLate,
  actedTooLate,
  drifted,
  roleRemoved,
];
