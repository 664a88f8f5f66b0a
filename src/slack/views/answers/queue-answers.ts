// Writes the answers to a request that is enqueued, or equals a running or queued deployment.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { DeployRequest } from '../../../deploy/record/events.ts';
import { describeRequest } from '../../../deploy/record/requests.ts';
import type { QueueEntry } from '../../../deploy/history/records.ts';
import type { Reply } from '../../contract/interaction.ts';
import { ids } from '../../contract/values.ts';
import { say } from './answers.ts';
import { actions, button, section } from '../parts/blocks.ts';
import { afterUnlock, queueStatus } from '../thread/queue.ts';
import { type Named, nextStep, withFlags } from '../parts/next-step.ts';
import { requestName } from '../parts/state.ts';
import { code, dayAndTime, escaped, person, placeCode, quoted, refCode } from '../parts/text.ts';
import { usersSentence } from '../parts/watch-words.ts';

/** Confirms that a deployment is in the queue. `link`: address of the running deployment's thread. */
export function queued(d: Deployment, link: string | undefined): Reply {
  return say(
    `🕒 ${requestName(d)} of ${placeCode(d.request)} is ${queueStatus(d)}.${threadLink(link)} It starts automatically${afterUnlock(d)}, with its own thread. \`/argo cancel\` removes it from the queue.`,
  );
}

export function alreadyRunning(
  d: Deployment,
  asked: DeployRequest,
  link: string | undefined,
): Reply {
  const { commit } = d.facts;
  const what = commit
    ? `this commit: ${quoted(commit.subject, 100)} (${code(commit.sha.slice(0, 7), 10)})`
    : 'this';
  const doing =
    asked.kind === 'deploy'
      ? `Already deploying ${what}`
      : `This ${requestName(d).toLowerCase()} is already running`;
  const next =
    asked.kind === 'deploy' ? 'wait for it, or deploy newer commits after it:' : 'wait for it.';
  return offerToQueue(
    `${doing}, requested by ${person(d.request.origin.user)} at ${dayAndTime(d.createdAt)}.${threadLink(link)} Nothing new was started. ${nextStep(next)}`,
    asked,
  );
}

/** Refuses to queue a rollback to the previous release, which may be another one when the rollback starts. */
export function rollbackNeedsRelease(
  d: Deployment,
  link: string | undefined,
  target: Named,
): Reply {
  const kind = requestName(d).toLowerCase();
  const stop = describeRequest(d.request).rollsBack
    ? 'wait until it ends, then see what is live with `/argo status`.'
    : 'stop it with `/argo cancel`, then `/argo rollback`.';
  const named = code(`/argo rollback ${d.facts.rollbackTo?.release ?? '<release>'}`, 150);
  return say(
    `${placeCode(d.request)} was not rolled back: a ${kind} by ${person(d.request.origin.user)} has been running since ${dayAndTime(d.createdAt)}.${threadLink(link)} ${usersSentence(d)}\n${nextStep(stop, target)}\nTo roll back after it instead, name the release: ${withFlags(named, target)}. The releases are in ${withFlags('`/argo history`', target)}.`,
  );
}

export function alreadyQueued({ by, since }: QueueEntry, asked: DeployRequest): Reply {
  const deploys = asked.kind === 'deploy';
  const commit =
    deploys && asked.ref !== undefined ? `Commit ${refCode(asked.ref)}` : 'The newest commit';
  const what = deploys ? commit : 'This request';
  const offer = deploys ? ' *Deploy after it* adds it to the queue a second time.' : '';
  return offerToQueue(
    `${what} for ${placeCode(asked)} is already in the queue, requested by ${person(by)} at ${dayAndTime(since)}. Nothing new was added.${offer} \`/argo status\` shows the queue.`,
    asked,
  );
}

/** Adds a button that queues a `deploy` anyway: by then, its branch may have a newer commit. */
function offerToQueue(text: string, request: DeployRequest): Reply {
  if (request.kind !== 'deploy') return say(text);
  const { service, environment, slot, ref } = request;
  const value = { s: service, e: environment, slot, ...(ref === undefined ? {} : { ref }) };
  const wait = button({ id: ids.waitAnyway, text: 'Deploy after it', value });
  return { ...say(text), blocks: [section(text), actions(wait)] };
}

function threadLink(link: string | undefined): string {
  return link && /^https?:\/\/[^\s<>|]+$/.test(link) ? ` <${escaped(link)}|See its thread.>` : '';
}
