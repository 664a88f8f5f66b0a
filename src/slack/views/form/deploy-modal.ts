// Decides the fields of the deploy form: target, slot, commit or ref, dry run.
import type { InputBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Commit } from '../../../deploy/ports/ports.ts';
import type { Place } from '../../../deploy/history/records.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { ids } from '../../contract/values.ts';
import { context } from '../parts/blocks.ts';
import { commitOption } from './commit-options.ts';
import { plainLine } from '../parts/text.ts';

/** Ids of blocks and inputs, which submissions/deploy.ts reads. */
export const deployFields = {
  target: 'target',
  slot: 'slot',
  /** Followed by a colon and the target. */
  commit: 'commit',
  ref: 'ref',
  dryRun: 'dry-run',
} as const;

export interface DeployForm {
  targets: readonly Target[];
  first: Target;
  /** Chosen when the form opens. */
  commit?: Pick<Commit, 'sha' | 'subject'> | undefined;
  /** Channel of the thread; undefined: the first channel of the chosen target. */
  channel?: string | undefined;
}

/** Slack allows 100 options, and 75 characters for each text and value. */
const MOST_OPTIONS = 100;
const MOST_TEXT = 75;

export function deployModal({ targets, first, commit, channel }: DeployForm): ModalView {
  const options = targets.filter(fits).slice(0, MOST_OPTIONS).map(targetOption);
  const initial = options.find(({ value }) => value === targetValue(first)) ?? options[0];
  return {
    type: 'modal',
    callback_id: ids.deployModal,
    private_metadata: JSON.stringify(channel === undefined ? {} : { channel }),
    title: { type: 'plain_text', text: 'Deploy' },
    submit: { type: 'plain_text', text: 'Deploy' },
    close: { type: 'plain_text', text: 'Not now' },
    blocks: [
      {
        ...input(deployFields.target, 'What, and where', {
          type: 'static_select',
          action_id: ids.deployTarget,
          options,
          ...(initial ? { initial_option: initial } : {}),
        }),
        // Another service has other commits, so the form is updated.
        dispatch_action: true,
      },
      input(deployFields.slot, 'Slot', slotRadios),
      commitSelect(initial?.value ?? '', commit),
      input(
        deployFields.ref,
        'or another branch, tag or commit',
        {
          type: 'plain_text_input',
          action_id: deployFields.ref,
          max_length: 255,
          placeholder: { type: 'plain_text', text: 'empty: the branch in argo.yml' },
        },
        true,
      ),
      input(deployFields.dryRun, 'Try it only', dryRunBox, true),
      context('Nothing live changes before somebody has approved.'),
    ],
  };
}

type Element = InputBlock['element'];

function input(id: string, label: string, element: Element, optional = false): InputBlock {
  return {
    type: 'input',
    block_id: id,
    optional,
    label: { type: 'plain_text', text: label },
    element,
  };
}

const idle: PlainTextOption = {
  text: { type: 'plain_text', text: 'idle, whichever that is' },
  value: 'idle',
};

const slotRadios: Element = {
  type: 'radio_buttons',
  action_id: deployFields.slot,
  initial_option: idle,
  options: [
    idle,
    ...['blue', 'green'].map((slot): PlainTextOption => ({
      text: { type: 'plain_text', text: slot },
      value: slot,
    })),
  ],
};

const dryRunBox: Element = {
  type: 'checkboxes',
  action_id: deployFields.dryRun,
  options: [
    {
      text: { type: 'plain_text', text: 'Dry run: go through everything that changes nothing' },
      value: 'yes',
    },
  ],
};

/** submissions/commit-options.ts answers with its options while somebody types. */
function commitSelect(of: string, chosen: DeployForm['commit']): InputBlock {
  return input(
    `${deployFields.commit}:${of}`,
    'Commit',
    {
      type: 'external_select',
      action_id: ids.deployCommit,
      min_query_length: 0,
      placeholder: { type: 'plain_text', text: 'none: the newest of the branch' },
      ...(chosen ? { initial_option: commitOption(chosen) } : {}),
    },
    true,
  );
}

function targetOption(target: Target): PlainTextOption {
  const text = plainLine(`${target.service} · ${target.environment}`, MOST_TEXT);
  return { text: { type: 'plain_text', text }, value: targetValue(target) };
}

/** Unique, because names contain no slash. */
export const targetValue = ({ service, environment }: Place): string => `${service}/${environment}`;
const fits = (target: Target): boolean => targetValue(target).length <= MOST_TEXT;
