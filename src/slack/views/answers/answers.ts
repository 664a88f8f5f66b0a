// Writes the answers to a wrong command, an unknown target, a refusal, an error or a decision; and the help.
import type { ModalView } from '@slack/types';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../../deploy/record/events.ts';
import { describeRequest, isDryRun } from '../../../deploy/record/requests.ts';
import type { FoundTarget, Role } from '../../../deploy/settings/settings.ts';
import type { Reply } from '../../contract/interaction.ts';
import { commandNames, commands, usageOf } from '../../grammar/commands.ts';
import type { Wrong } from '../../grammar/parse.ts';
import { nearestWord } from '../../../deploy/untrusted/spelling.ts';
import { modal, section } from '../parts/blocks.ts';
import { anyOf } from '../parts/people.ts';
import { type Named, nextStep } from '../parts/next-step.ts';
import { requestName } from '../parts/state.ts';
import {
  advice,
  capped,
  code,
  counted,
  cutEscaped,
  escaped,
  number,
  placeCode,
  plain,
  quoted,
  sentence,
  when,
} from '../parts/text.ts';

/** `reason` contains code spans, which `quoted` would break, so it is only escaped. */
export function wrongCommand({ reason, form, example }: Wrong): Reply {
  const usage = form === example ? '' : `\n*Usage:* \`${escaped(form)}\``;
  return say(`${escaped(plain(reason, 1_000))}\n${nextStep(`\`${example}\``)}${usage}`);
}

function isChannel(id: string): boolean {
  return /^[CG][A-Z0-9]+$/.test(id);
}

/** Refuses an action. `ask`: ids of people who may perform it; `channels`: ids of channels where it is possible. */
export function denied(
  reason: string,
  ask: readonly string[] = [],
  channels: readonly string[] = [],
): Reply {
  const where = channels.filter(isChannel).map((id) => `<#${id}>`);
  const use = where.length > 0 ? ` Use ${capped(where, 5, 200).join(' or ')}.` : '';
  const who = `${use}${ask.length > 0 ? ` Ask ${anyOf(ask)}.` : ''}`;
  return say(`🚫 ${advice(reason, 1_000)}${who}`);
}

/** Says that a service or environment is unknown or not named. `typed`: the command, which is shown corrected. */
export function noTarget(
  found: Exclude<FoundTarget, { kind: 'found' }>,
  typed = '/argo status',
): Reply {
  const names = found.known.slice(0, 20).map((name) => code(name, 60));
  const known = names.join(', ');
  const flag = found.what === 'service' ? '--service' : '--env';
  if (found.kind === 'ambiguous') {
    const bare = found.known.includes(typed.split(/\s+/)[2] ?? '');
    const again = bare
      ? typed.replace(/^\S+\s+\S+/, `$& ${flag}`)
      : `${typed} ${flag} ${found.known[0] ?? ''}`.trimEnd();
    return say(
      `There are several ${found.what}s: ${known}. Nothing was changed. *Next:* name one, such as ${code(again, 300)}.`,
    );
  }
  const meant = nearestWord(found.name, found.known);
  const hint = meant ? `Did you mean ${code(meant, 60)}?` : `Known: ${known}.`;
  const name = meant ?? found.known[0] ?? '';
  const word = found.what === 'service' ? 'service' : 'env(?:ironment)?';
  // Replaces only the flag's value: a ref or a reason may contain the same word. Phones change the two hyphens.
  const wrong = found.name.replaceAll(/\W/g, '\\$&');
  const value = new RegExp(`([^\\w\\s](?:${word})[=\\s]+\\W?)${wrong}(?![\\w.-])`, 'i');
  const again = value.test(typed) ? typed.replace(value, `$1${name}`) : `${typed} ${flag} ${name}`;
  return say(
    `There is no ${found.what} ${code(found.name, 60)}. ${hint} Nothing was changed. *Next:* ${code(again, 300)}.`,
  );
}

/** `uninvited`: the bot is not in the channel, so it cannot post the thread. */
export function deploymentStarted(d: Deployment, uninvited = false): Reply {
  const waits = !isDryRun(d.request) && describeRequest(d.request).rollsBack !== true;
  const effect = waits ? ' It changes nothing for users until it is approved.' : '';
  const { channel } = d.request.origin;
  const where = isChannel(channel) ? `<#${channel}>` : 'the channel';
  const thread = uninvited
    ? `argo-bot is not in ${where}, so nobody sees its thread. ${nextStep('in that channel, type `/invite @argo`.')}`
    : `Its thread in ${where} shows the progress.`;
  return say(`${requestName(d)} of ${placeCode(d.request)} has started.${effect} ${thread}`);
}

/** People see `message` and `next`, so these must not contain internals of an error. */
export function requestFailed(message: string, next: string): Reply {
  return say(`❌ ${quoted(sentence(message), 500)}\n${nextStep(next)}`);
}

/** Answers a person whose request was handled, when Slack did not accept the real answer. */
export function answerNotShown(): Reply {
  return say(
    `Your request was handled, but Slack did not show the answer. Do not repeat it. ${nextStep('`/argo status` shows the result.')}`,
  );
}

/** `why`: the reason for missing commands, if it is not that the person lacks a role. */
export function help(roles: readonly Role[], why?: Reply): Reply {
  const useful = commandNames.filter((name) => {
    const { role } = commands[name];
    return role === 'everyone' || roles.includes(role);
  });
  const lines = useful.map(
    (name) => `\`${escaped(usageOf(name))}\`\n      ${escaped(commands[name].summary)}`,
  );
  const left = commandNames.length - useful.length;
  if (left > 0)
    lines.push(
      why?.text ??
        `_You cannot use ${counted(left, 'more command')}: your roles in argo.yml do not include them._`,
    );
  return say(['*argo-bot deploys, watches, and rolls back.*', ...lines].join('\n'));
}

/** Answers a person who approved or rejected a release. `needed`: how many approvals it needs in all. */
export function decisionReply(
  { type }: Pick<DeploymentEvent, 'type'>,
  { request, gate }: Pick<Deployment, 'request' | 'gate'>,
  needed: number,
  target?: Named,
): Reply {
  if (type === 'expired')
    return say(
      `⌛ Too late: the approval has expired. Nothing live was changed. ${nextStep('`/argo deploy`.', target)}`,
    );
  if (type === 'rejected') return say('🚫 Rejected. Nothing live was changed.');
  if (type === 'voted') {
    const have = Math.max(1, gate?.votes.length ?? 1);
    const left = needed - have === 1 ? 'One more person' : `${number(needed - have)} more people`;
    return say(`✅ Your approval is recorded: ${have} of ${needed}. ${left} must approve.`);
  }
  const [early, then] =
    request.strategy === 'restart'
      ? ['installs and checks the release', 'restarts the service']
      : ['installs, checks and starts the release', 'moves traffic'];
  const first = request.gate === 'start' ? early : 'checks the hosts once more';
  return say(`✅ Approved. argo-bot ${first}, then ${then}.`);
}

/** `most`: allowed requests per minute; `until`: when the next request is allowed, in Unix milliseconds. */
export function rateLimited(
  most: number,
  until: number,
  lane: 'ordinary' | 'urgent' | 'typing',
): Reply {
  const also = lane === 'urgent' ? '' : ' `/argo rollback`, `cancel` and `unlock` still work.';
  const at = when(until, '{time_secs}');
  return say(
    `✋ Rate limit: you made more than ${most} requests within a minute. Nothing was changed.\n*Next:* try again at ${at}.${also}`,
  );
}

export function membershipUnknown(scopeMissing: boolean): Reply {
  return lookupFailed(
    scopeMissing
      ? 'argo-bot cannot look up who you are: its Slack app lacks the scope `users:read`.'
      : 'Slack did not say whether you are a member of this workspace, so argo-bot refuses for now.',
    scopeMissing,
  );
}

export function authorsNotMatched(scopeMissing: boolean): Reply {
  return lookupFailed(
    scopeMissing
      ? 'argo-bot cannot match the authors of this release with people: its Slack app lacks the scope `users:read.email`.'
      : 'Slack did not say who the authors of this release are, so nobody can approve it for now.',
    scopeMissing,
  );
}

function lookupFailed(why: string, scopeMissing: boolean): Reply {
  const next = scopeMissing
    ? "run `argo-bot doctor` on the bot's machine; it shows how to add the scope."
    : 'try again in a minute.';
  return say(`🚫 ${why} Nothing was changed.\n*Next:* ${next}`);
}

/** Builds a modal with an answer, for requests that come from no channel. `text`: escaped mrkdwn. */
export function noteModal(text: string): ModalView {
  return modal('argo', [section(text)]);
}

/** Returns a reply of text only. `text`: escaped mrkdwn. */
export function say(text: string): Reply {
  return { text: cutEscaped(text, 2_900) };
}
