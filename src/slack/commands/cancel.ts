import { approvalDigest } from '../../deploy/acts/approval-digest.ts';
import { switchBegan, type Deployment } from '../../deploy/record/deployment.ts';
import type { Place } from '../../deploy/history/records.ts';
import { findTarget } from '../../deploy/settings/settings.ts';
import { authorizeDeployment } from '../requests/authorize.ts';
import { leaveLine } from '../requests/leave-queue.ts';
import { enqueue } from '../requests/enqueue.ts';
import { noTarget, say } from '../views/answers/answers.ts';
import type { Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { code, person } from '../views/parts/text.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const cancel: CommandListener<'cancel'> = async (command, ask, ports) => {
  const { records } = ports;
  const found = findTarget(ports.settings, command.service, command.environment);
  if (found.kind !== 'found') return (await undeclared(ports, command)) ?? noTarget(found);
  const own = await ownInLine(ports, found.target, ask.user);
  if (own) return leaveLine(ports, ask, own);
  const claim = await records.claim(found.target);
  const running = claim && (await records.read(claim.deployment));
  if (!running) return (await undeclared(ports, command)) ?? say('Nothing is running there.');
  const aimed = await authorizeDeployment(ports, ask, running, {
    kind: 'cancel',
    deployment: running,
  });
  if (aimed.kind === 'refused') return aimed.reply;
  let refusal: string | undefined;
  const changed = await records.change(running.id, (d) => {
    refusal = whyNot(d);
    return refusal === undefined
      ? [{ type: 'cancel-requested', at: Date.now(), by: ask.user, digest: approvalDigest(d) }]
      : [];
  });
  if (changed.kind === 'missing') return say('Nothing is running there.');
  if (refusal !== undefined) return say(refusal);
  await enqueue(ports, changed.deployment);
  return say('Cancelling. Nothing live was changed; the thread tells when it is done.');
};

/** What one has asked for last and that has not begun goes first: it costs nobody anything. */
async function ownInLine(
  { records }: SlackPorts,
  place: Place,
  user: string,
): Promise<Deployment | undefined> {
  const mine = (await records.line(place)).filter(({ by }) => by === user);
  const last = mine.toSorted((a, b) => a.since - b.since).at(-1);
  return last && records.read(last.deployment);
}

/** argo.yml says who may cancel, so what it no longer declares nobody may; that much can be said. */
async function undeclared(
  { records, settings }: SlackPorts,
  { service, environment }: { service?: string; environment?: string },
): Promise<Reply | undefined> {
  for (const id of await records.active()) {
    const { request } = (await records.past(id)) ?? {};
    if (!request || findTarget(settings, request.service, request.environment).kind === 'found')
      continue;
    if (service !== undefined && service !== request.service) continue;
    if (environment !== undefined && environment !== request.environment) continue;
    return say(
      `A deployment of ${code(request.service, 60)} in ${code(request.environment, 60)} is still open, but argo.yml no longer declares it, so nobody may cancel it and no worker can go on. Put it back into argo.yml, restart argo-bot, then cancel. Nothing was changed.`,
    );
  }
  return undefined;
}

function whyNot(d: Deployment): string | undefined {
  if (d.finished) return 'That deployment is already over.';
  if (d.request.kind === 'rollback') return 'A rollback cannot be cancelled: let it come through.';
  if (d.rollback) return 'It is already being rolled back.';
  if (switchBegan(d)) {
    return 'Traffic has begun to move, so cancelling would leave it in between. Use Roll back in the thread, or `/argo rollback`.';
  }
  if (d.cancelledBy) return `It is already being cancelled, by ${person(d.cancelledBy)}.`;
  return d.ending ? 'It is already ending.' : undefined;
}
