// Writes the answers to a wrong command, an unknown target, a refusal, an error or a decision; and the help.
import type { ModalView } from '@slack/types';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../../../deploy/record/events.ts';
import type { FoundTarget, Role } from '../../../deploy/settings/settings.ts';
import type { Reply } from '../../contract/interaction.ts';
import { commandNames, commands, usageOf } from '../../grammar/commands.ts';
import type { Wrong } from '../../grammar/parse.ts';
import { nearestWord } from '../../../deploy/untrusted/spelling.ts';
import { modal, section } from '../parts/blocks.ts';
import { mentions } from '../parts/people.ts';
import { requestName } from '../parts/state.ts';
import {
  advice,
  code,
  counted,
  cutEscaped,
  escaped,
  nextStep,
  placeCode,
  plain,
  quoted,
  sentence,
} from '../parts/text.ts';

/** Uses `escaped` and not `quoted`, because the reason contains code spans. */
export function wrongCommand({ reason, form }: Wrong): Reply {
  return say(`${escaped(plain(reason, 1_000))}\n*Next:* \`${escaped(form)}\``);
}

/** Refuses an action. `ask`: ids of the people and groups that may perform it. */
export function denied(reason: string, ask: readonly string[] = []): Reply {
  const who = ask.length > 0 ? ` Ask ${mentions(ask)}.` : '';
  return say(`🚫 ${advice(reason, 1_000)}${who}`);
}

export function noTarget(found: Exclude<FoundTarget, { kind: 'found' }>): Reply {
  const known = found.known
    .slice(0, 20)
    .map((name) => code(name, 60))
    .join(', ');
  const flag = found.what === 'service' ? '--service' : '--env';
  if (found.kind === 'ambiguous')
    return say(
      `There are several ${found.what}s: ${known}. *Next:* add \`${flag}\` and one of these names.`,
    );
  const meant = nearestWord(found.name, found.known);
  const hint = meant ? `Did you mean ${code(meant, 60)}?` : `Known: ${known}.`;
  return say(`There is no ${found.what} ${code(found.name, 60)}. ${hint}`);
}

export function deploymentStarted(d: Deployment): Reply {
  return say(`${requestName(d)} of ${placeCode(d.request)} started; progress in the thread.`);
}

/** `message` and `next` must not contain internals of an error. */
export function requestFailed(message: string, next: string): Reply {
  return say(`❌ ${quoted(sentence(message), 500)}\n${nextStep(next)}`);
}

export function help(roles: readonly Role[]): Reply {
  const useful = commandNames.filter((name) => {
    const { role } = commands[name];
    return role === 'everyone' || roles.includes(role);
  });
  const lines = useful.map(
    (name) => `\`${escaped(usageOf(name))}\`\n      ${escaped(commands[name].summary)}`,
  );
  const left = commandNames.length - useful.length;
  const more =
    left > 0
      ? [
          `_You cannot use ${counted(left, 'more command')}: your roles in argo.yml do not include them._`,
        ]
      : [];
  return say(['*argo-bot deploys, watches, and rolls back.*', ...lines, ...more].join('\n'));
}

/** Answers an approver who approved or rejected a release. `needed`: how many approvals it needs. */
export function decisionReply(
  { type }: Pick<DeploymentEvent, 'type'>,
  { request, gate }: Pick<Deployment, 'request' | 'gate'>,
  needed: number,
): Reply {
  if (type === 'expired')
    return say('⌛ Too late: the approval has expired. Nothing live was changed.');
  if (type === 'rejected') return say('🚫 Rejected. Nothing live was changed.');
  if (type === 'voted') {
    const have = gate?.votes.length ?? 1;
    const left = counted(needed - have, 'more person', 'more people');
    return say(`✅ Your approval counts: ${have} of ${needed}. ${left} must approve.`);
  }
  return say(
    request.gate === 'start'
      ? '✅ Approved. The release is installed, checked and started now; traffic moves when all of that has passed.'
      : '✅ Approved. Traffic moves now.',
  );
}

/** Builds a modal that shows an answer, for requests that come from no channel. `text`: escaped mrkdwn. */
export function noteModal(text: string): ModalView {
  return modal('argo', [section(text)]);
}

/** Returns a reply of text only. `text`: escaped mrkdwn. */
export function say(text: string): Reply {
  return { text: cutEscaped(text, 2_900) };
}
