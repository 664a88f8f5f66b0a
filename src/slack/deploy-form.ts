import type { Commit } from '../deploy/ports.ts';
import type { Place } from '../deploy/records.ts';
import type { Target } from '../deploy/settings.ts';
import type { Ask, Reply } from './ask.ts';
import { helpFor } from './commands/help.ts';
import { permission } from './permission.ts';
import { everything } from './place-status.ts';
import type { SlackPorts } from './ports.ts';
import { deployModal } from './views/deploy-modal.ts';

/** Deployments to gather commits from. */
const LOOK_BACK = 10;

/** A form to deploy with, for what this person may deploy from this channel; else help. */
export async function openDeployForm(
  ports: SlackPorts,
  ask: Ask,
  chosen?: Place,
): Promise<Reply | undefined> {
  const all = everything(ports.settings);
  const verdicts = await Promise.all(
    all.map((target) => permission(ports, ask, { kind: 'deploy' }, target)),
  );
  const targets = all.filter((_target, index) => verdicts[index]?.kind === 'allowed');
  const first = targets.find((target) => same(target, chosen)) ?? targets[0];
  if (!first) return helpFor(ports, ask);
  const commits = await knownCommits(ports, first);
  const view = deployModal({ targets, first, commits, channel: ask.channel });
  await ports.client.views.open({ trigger_id: ask.trigger, view });
  return undefined;
}

function same(target: Target, place: Place | undefined): boolean {
  return target.service === place?.service && target.environment === place.environment;
}

/** Those that the last deployments showed, newest first: the bot asks no repository within three seconds. */
async function knownCommits({ records }: SlackPorts, place: Place): Promise<Commit[]> {
  const history = await records.history(place, LOOK_BACK);
  const deployments = await Promise.all(history.map(({ id }) => records.read(id)));
  const commits = deployments.flatMap((d) => [
    ...(d?.facts.commit ? [d.facts.commit] : []),
    ...(d?.facts.commits ?? []),
  ]);
  const distinct = new Map(commits.map((commit) => [commit.sha, commit]));
  return [...distinct.values()].toSorted((a, b) => b.at - a.at);
}
