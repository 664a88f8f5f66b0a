// Builds the messages of an inspection: result, result shared in the channel, whole log, notice of delay.
import type { KnownBlock, ModalView } from '@slack/types';
import {
  commandFor,
  describeInspection,
  type Inspection,
  type InspectionRequest,
  type InspectionResult,
} from '../../../deploy/inspections/inspection.ts';
import type { FailureRecord } from '../../../deploy/record/errors.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import type { Reply } from '../../contract/interaction.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, modal, preformatted, section } from '../parts/blocks.ts';
import { nextStep, repeatedBy } from '../parts/next-step.ts';
import { code, person, placeCode, plain, warningLines } from '../parts/text.ts';
import { findingBlocks, findingSummary } from './findings.ts';
import { isCut, logParts } from './log.ts';

export interface Inspected {
  request: InspectionRequest;
  result: InspectionResult;
  target: Target | undefined;
}

export function inspectionAnswer(inspected: Inspected): Reply {
  const value = { i: inspected.request.id };
  const share = button({ id: ids.shareInspection, text: 'Share in channel', value });
  const { text, blocks } = resultParts(inspected);
  return { text, blocks: [...blocks, actions(share, ...logButton(inspected))] };
}

/** Builds the result for the whole channel. `by`: the person who shared it. */
export function sharedInspection(inspected: Inspected, by: string): Reply {
  const { text, blocks } = resultParts(inspected);
  const whole = logButton(inspected);
  const from = `Shared by ${person(by)}`;
  return {
    text: `${from}: ${text}`,
    blocks: [section(from), ...blocks, ...(whole.length > 0 ? [actions(...whole)] : [])],
    everyone: true,
  };
}

/** Builds the notice for an inspection without a result after 15 seconds. `machine`: name of the bot's machine. */
export function inspectionLate({ request, starts }: Inspection, machine: string): Reply {
  const again = code(commandFor(request), 300);
  const text =
    starts > 0
      ? `🕒 ${nameOf(request)} takes longer than 15 s. The answer follows here.`
      : `🕒 ${nameOf(request)} has no answer yet, because no worker of argo-bot took it within 15 s. Users are not affected. If a worker takes it within 10 minutes, the answer follows here. After that, type ${again} again.\n${nextStep(`on ${machine}: \`argo-bot doctor\`.`)}`;
  return { text };
}

/** Builds the modal that shows a log which is too long for a message. */
export function wholeLogModal({ request, result }: Inspected): ModalView {
  const blocks = [section(nameOf(request)), ...logParts(result, 'whole')];
  return modal('Whole log', blocks.slice(0, 100));
}

function resultParts({ request, result, target }: Inspected) {
  if (result.kind === 'failed') return failed(request, result.failure, target);
  const { findings, warnings } = result;
  const text = `${nameOf(request)}: ${findingSummary(findings, target)}`;
  const lines = warningLines(warnings, 6, 1_500);
  return {
    text,
    blocks: [
      section(text),
      ...(lines.length > 0 ? [section(lines.join('\n'))] : []),
      ...findingBlocks(findings, target),
      ...logParts(result, 'end'),
    ],
  };
}

function failed(
  request: InspectionRequest,
  { message, next, host }: FailureRecord,
  target: Target | undefined,
) {
  const where = host === undefined ? '' : ` on ${code(host, 60)}`;
  const text = `❌ ${nameOf(request)} failed${where}`;
  const command = commandFor(request);
  const again = repeatedBy(command, next);
  const blocks: KnownBlock[] = [
    section(text),
    preformatted(plain(message.trim(), 1_500) || 'no reason given'),
    section(
      again.includes(command)
        ? nextStep(again, target)
        : `${nextStep(again, target)}\n*Try again:* ${code(command, 300)}`,
    ),
  ];
  return { text, blocks };
}

function logButton({ request, result }: Inspected) {
  if (!isCut(result)) return [];
  return [button({ id: ids.wholeLog, text: 'Show the whole log', value: { i: request.id } })];
}

/** Returns `*Log* of \`argo-trading\` in \`production\``; escaped. */
function nameOf(request: InspectionRequest): string {
  return `*${describeInspection(request).title}* of ${placeCode(request)}`;
}
