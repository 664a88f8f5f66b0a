// Builds the deploy form: service and environment, slot, commit or ref, dry run.
import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Commit } from '../../../deploy/ports/ports.ts';
import type { Place } from '../../../deploy/history/records.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { holder } from '../answers/locks.ts';
import { liveLine, type PlaceStatus } from '../answers/status.ts';
import { ids } from '../../contract/values.ts';
import { context, modal, section, words } from '../parts/blocks.ts';
import { branchOf, commitOption } from './commit-options.ts';
import { withFlags } from '../parts/next-step.ts';
import { counted, phrase, plainLine } from '../parts/text.ts';

/** Ids of the form's blocks and inputs. submissions/deploy.ts reads the fields by them. */
export const deployFields = {
  target: 'target',
  slot: 'slot',
  /** The start of the block id; a colon and the target's value follow. */
  commit: 'commit',
  dryRun: 'dry-run',
} as const;

export interface DeployForm {
  targets: readonly Target[];
  /** State of the target that is chosen when the form opens. */
  first: PlaceStatus;
  commit?: Pick<Commit, 'sha' | 'subject'> | undefined;
  /** The channel for the deployment's thread; if undefined, the target's first channel is used. */
  channel?: string | undefined;
}

/** Slack allows 100 options, and 75 characters for each text and value. */
const MAX_OPTIONS = 100;
const MAX_TEXT = 75;

export function deployModal({ targets, first, commit, channel }: DeployForm): ModalView {
  const options = targets.filter(fits).slice(0, MAX_OPTIONS).map(targetOption);
  const initial = options.find(({ value }) => value === targetValue(first.target)) ?? options[0];
  const blocks = [
    {
      ...input(deployFields.target, 'Service and environment', {
        type: 'static_select',
        action_id: ids.deployTarget,
        options,
        ...(initial ? { initial_option: initial } : {}),
      }),
      // Slack reports a new choice at once, so that the form can offer that service's commits.
      dispatch_action: true,
    },
    section([liveLine(first, true), ...hindrances(first)].join('\n')),
    ...(choosesSlot(first) ? [input(deployFields.slot, 'Slot', slotRadios)] : []),
    commitSelect(initial?.value ?? '', first.target, commit),
    input(deployFields.dryRun, 'Dry run', dryRunBox, true),
    context('Users stay on the live release until someone approves the new one.'),
  ];
  const metadata = channel === undefined ? {} : { channel };
  const form = { id: ids.deployModal, metadata, submit: 'Deploy', close: 'Cancel' };
  return modal('Deploy', blocks, form);
}

/** Says what keeps the deployment from starting at once. */
function hindrances({ lock, running, queue, target }: PlaceStatus): string[] {
  const unlock = withFlags('`/argo unlock`', target);
  if (lock)
    return [
      `🔒 Locked ${holder(lock)}: ${phrase(lock.reason, 300)}. This deployment will be refused until ${unlock}; a dry run still works.`,
    ];
  const ahead = queue.length + (running ? 1 : 0);
  return ahead > 0
    ? [
        `🕒 ${counted(ahead, 'deployment')} ahead: this one waits in the queue and starts automatically.`,
      ]
    : [];
}

/** Returns whether the form asks for a slot. Once a release is live, only the idle slot is possible. */
function choosesSlot({ target, live, running }: PlaceStatus): boolean {
  const nothingLive = live.kind === 'nothing' || live.kind === 'before';
  return target.place.strategy === 'proxy' && nothingLive && !running;
}

type Element = InputBlock['element'];

function input(id: string, label: string, element: Element, optional = false): InputBlock {
  return { type: 'input', block_id: id, optional, label: words(label), element };
}

const slots = ['Idle slot', 'blue', 'green'].map((text): PlainTextOption => ({
  text: words(text),
  value: text === 'Idle slot' ? 'idle' : text,
}));

const slotRadios: Element = {
  type: 'radio_buttons',
  action_id: deployFields.slot,
  ...(slots[0] ? { initial_option: slots[0] } : {}),
  options: slots,
};

const dryRunBox: Element = {
  type: 'checkboxes',
  action_id: deployFields.dryRun,
  options: [{ text: words('Run all checks that change nothing, then stop'), value: 'yes' }],
};

/** Builds the commit select. submissions/commit-options.ts supplies its options while a person types. */
function commitSelect(of: string, target: Target, chosen: DeployForm['commit']): InputBlock {
  const select: Element = {
    type: 'external_select',
    action_id: ids.deployCommit,
    min_query_length: 0,
    placeholder: words(plainLine(`Newest commit of ${branchOf(target)}`, 150)),
    ...(chosen ? { initial_option: commitOption(chosen) } : {}),
  };
  const hint = words('Type to search, or to name a branch, tag or commit.');
  return { ...input(`${deployFields.commit}:${of}`, 'Commit', select, true), hint };
}

function targetOption(target: Target): PlainTextOption {
  const text = plainLine(`${target.service} · ${target.environment}`, MAX_TEXT);
  return { text: words(text), value: targetValue(target) };
}

/** Returns the value of a target's option. It is unique, because names contain no slash. */
export const targetValue = ({ service, environment }: Place): string => `${service}/${environment}`;
const fits = (target: Target): boolean => targetValue(target).length <= MAX_TEXT;
