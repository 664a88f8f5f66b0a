// Decides whether a request becomes a deployment: creates it, queues it, or tells the person why it cannot start.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { DeployRequest } from '../../deploy/record/events.ts';
import { describeRequest, refOf, type WantedRequest } from '../../deploy/record/requests.ts';
import { advanceQueue, serves } from '../../deploy/acts/queue.ts';
import { retry as act } from '../../deploy/acts/retry.ts';
import type { EnqueueResult } from '../../deploy/history/records.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { isOutside, slackErrorOf } from '../api/errors.ts';
import { enqueue } from './acts.ts';
import { refusal } from './authorize.ts';
import { deploymentStarted } from '../views/answers/answers.ts';
import {
  queued,
  rollbackNeedsRelease,
  alreadyRunning,
  alreadyQueued,
} from '../views/answers/queue-answers.ts';
import { locked } from '../views/answers/locks.ts';

/** Starts or enqueues a deployment, or refuses. `anyway`: enqueues even if an equal request is running. */
export async function requestDeployment(
  { ports, user, channel, team }: Interaction,
  target: Target,
  wanted: WantedRequest,
  anyway = false,
): Promise<Reply> {
  const { service, environment, place } = target;
  const request: DeployRequest = {
    ...wanted,
    service,
    environment,
    strategy: place.strategy,
    gate: place.approval.before === 'start' ? 'start' : undefined,
    origin: { user, channel, team },
  };
  const created = await ports.records.create(request);
  if (created.kind !== 'busy') return answerTo(ports, target, request, created);
  const running = created.claim && (await ports.records.read(created.claim.deployment));
  const link = running && (await threadLink(ports, running));
  if (running && !anyway && serves(running, request)) return alreadyRunning(running, request, link);
  // A queued rollback must name its release: when it starts, the previous release may be another one than now.
  if (running && describeRequest(request).rollsBack && refOf(request) === undefined)
    return rollbackNeedsRelease(running, link, target);
  const queuedNow = await ports.records.createOrEnqueue(request, anyway);
  return answerTo(ports, target, request, queuedNow, link);
}

/** Deploys the same commit as `last`. The caller must have checked that the person may deploy. */
export async function retry(
  interaction: Interaction,
  target: Target,
  last: Deployment,
): Promise<Reply> {
  const decided = act(last);
  return decided.kind === 'refused'
    ? refusal(decided.refusal)
    : requestDeployment(interaction, target, decided.wanted);
}

async function answerTo(
  ports: SlackPorts,
  target: Target,
  request: DeployRequest,
  created: EnqueueResult,
  link?: string,
): Promise<Reply> {
  switch (created.kind) {
    case 'created':
      await enqueue(ports, created.deployment);
      return deploymentStarted(
        created.deployment,
        await isUninvited(ports, request.origin.channel),
      );
    case 'waiting': {
      const deployment = await advanceQueue(ports.records, created.deployment);
      await enqueue(ports, deployment);
      return queued(deployment, link);
    }
    case 'same':
      return alreadyQueued(created.entry, request);
    case 'locked':
      return locked(target, created.lock, {
        who: target.place.access.unlock,
        reader: request.origin.user,
      });
  }
}

/** Returns whether the bot is not in the channel, so that nobody sees the thread. False if Slack does not answer. */
async function isUninvited({ client }: SlackPorts, channel: string): Promise<boolean> {
  try {
    // Slack answers this only if the bot is in the channel.
    await client.conversations.history({ channel, limit: 1 });
    return false;
  } catch (error) {
    const trouble = slackErrorOf(error);
    return trouble?.kind === 'refused' && isOutside(trouble.error);
  }
}

/** Returns a link to the deployment's thread. If Slack gives none, the answer goes out without it. */
async function threadLink(
  { client, painted, log }: SlackPorts,
  { id, request }: Deployment,
): Promise<string | undefined> {
  try {
    const ts = (await painted.read(id))['summary']?.ts;
    if (ts === undefined) return undefined;
    const { channel } = request.origin;
    return (await client.chat.getPermalink({ channel, message_ts: ts })).permalink;
  } catch {
    log.info(
      { deployment: id },
      'Slack gave no link to the thread of the running deployment; the person was answered without it',
    );
    return undefined;
  }
}
