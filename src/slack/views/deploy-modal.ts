import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Commit } from '../../deploy/ports.ts';
import type { Target } from '../../deploy/settings.ts';
import { ids } from '../values.ts';
import { context } from './blocks.ts';
import { plainLine } from './text.ts';

/** Blocks and inputs by what they ask for; submissions/deploy.ts reads them. */
export const deployFields = {
  target: 'target',
  slot: 'slot',
  commit: 'commit',
  ref: 'ref',
  dryRun: 'dry-run',
} as const;

export interface DeployForm {
  targets: readonly Target[];
  first: Target;
  /** Newest first. */
  commits: readonly Commit[];
  /** Where the thread will be. */
  channel: string;
}

/** Slack takes 100 options, and 75 characters for the text and the value of each. */
const MOST_OPTIONS = 100;
const MOST_COMMITS = 30;
const MOST_TEXT = 75;

export function deployModal({ targets, first, commits, channel }: DeployForm): ModalView {
  const options = targets.filter(fits).slice(0, MOST_OPTIONS).map(targetOption);
  const initial = options.find(({ value }) => value === targetValue(first)) ?? options[0];
  return {
    type: 'modal',
    callback_id: ids.deployModal,
    private_metadata: JSON.stringify({ channel }),
    title: { type: 'plain_text', text: 'Deploy' },
    submit: { type: 'plain_text', text: 'Deploy' },
    close: { type: 'plain_text', text: 'Not now' },
    blocks: [
      input(deployFields.target, 'What, and where', {
        type: 'static_select',
        action_id: deployFields.target,
        options,
        ...(initial ? { initial_option: initial } : {}),
      }),
      input(deployFields.slot, 'Slot', slotRadios),
      ...(commits.length > 0 ? [commitSelect(commits)] : []),
      input(
        deployFields.ref,
        commits.length > 0 ? 'or another branch, tag or commit' : 'Branch, tag or commit',
        {
          type: 'plain_text_input',
          action_id: deployFields.ref,
          max_length: 200,
          placeholder: { type: 'plain_text', text: 'empty: the branch in argo.yml' },
        },
        true,
      ),
      input(deployFields.dryRun, 'Try it only', dryRunBox, true),
      context('Nothing live changes before somebody has approved.'),
    ],
  };
}

type Element = Extract<KnownBlock, { type: 'input' }>['element'];

function input(id: string, label: string, element: Element, optional = false): KnownBlock {
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

function commitSelect(commits: readonly Commit[]): KnownBlock {
  const options = commits.slice(0, MOST_COMMITS).map(({ sha, subject }): PlainTextOption => ({
    text: { type: 'plain_text', text: plainLine(`${sha.slice(0, 7)} ${subject}`, MOST_TEXT) },
    value: sha.slice(0, MOST_TEXT),
  }));
  return input(
    deployFields.commit,
    'One of the last commits',
    {
      type: 'static_select',
      action_id: deployFields.commit,
      placeholder: { type: 'plain_text', text: 'none: the newest of the branch' },
      options,
    },
    true,
  );
}

function targetOption(target: Target): PlainTextOption {
  const text = plainLine(`${target.service} · ${target.environment}`, MOST_TEXT);
  return { text: { type: 'plain_text', text }, value: targetValue(target) };
}

/** Names have no slash in them. */
const targetValue = ({ service, environment }: Target): string => `${service}/${environment}`;
const fits = (target: Target): boolean => targetValue(target).length <= MOST_TEXT;
