// Builds the blocks of a failed stage: message, blamed commit, next step, and buttons.
import type { Button, KnownBlock } from '@slack/types';
import { canRetry, retryHelps } from '../../../deploy/acts/retry.ts';
import { mayRollBack, releaseToReturnTo } from '../../../deploy/acts/roll-back.ts';
import { type Deployment, type StageState } from '../../../deploy/record/deployment.ts';
import { explanationUrl, type FailureCode } from '../../../deploy/record/codes.ts';
import { otherSlot } from '../../../deploy/record/events.ts';
import type { Facts } from '../../../deploy/record/facts.ts';
import {
  type Blame,
  type FailureRecord,
  isOutcome,
  type Offer,
  outcomesOf,
} from '../../../deploy/record/errors.ts';
import { hasError } from '../../../deploy/failure/log-cause.ts';
import { slotOf } from '../../../deploy/record/requests.ts';
import { isAdopted } from '../../../deploy/settings/layout.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { nounAtStart } from '../../../deploy/record/stages.ts';
import { headline } from '../parts/failure-titles.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, context, preformatted, section } from '../parts/blocks.ts';
import {
  capped,
  code,
  dayAndTime,
  escaped,
  logLines,
  person,
  plain,
  quoted,
  quotedSentence,
} from '../parts/text.ts';
import { nextStep, repeatedBy } from '../parts/next-step.ts';
import { usersSentence } from '../parts/watch-words.ts';

export function failureBlocks(d: Deployment, target: Target | undefined): KnownBlock[] {
  const logs = d.stages.filter(({ status, failure }) => status === 'failed' && failure?.log);
  const buttons = [...nextOf(d, target), ...logs.slice(0, 3).map((stage) => logButton(d, stage))];
  return [
    ...shownFailures(d).flatMap((stage, index) =>
      oneFailure(d, stage, index === 0 ? usersSentence(d) : '', target),
    ),
    ...(buttons.length > 0 ? [actions(...buttons)] : []),
  ];
}

/** Leaves out a stage that a person cancelled: the result says who it was. */
export function shownFailures({ stages }: Deployment): StageState[] {
  return stages
    .filter(({ status, failure }) => status === 'failed' && failure && failure.code !== 'cancelled')
    .slice(0, 3);
}

function oneFailure(
  d: Deployment,
  stage: StageState,
  users: string,
  target: Target | undefined,
): KnownBlock[] {
  const { failure } = stage;
  if (!failure) return [];
  const [first = '', ...more] = failure.message.trim().split('\n');
  const hosts = Object.keys(d.facts.hosts ?? {});
  return [
    section(`*${headline(stage)}.* ${users}`.trimEnd()),
    section(quotedSentence(first, 800)),
    ...furtherLines(
      outcomesOf(failure, hosts),
      more.filter((line) => !isOutcome(line, hosts)),
    ),
    ...blamed(failure.blame),
    ...newCommits(failure, d.facts),
    ...releaseList(failure.offers ?? []),
    section(nextAfter(d, stage, failure, target)),
    ...docsLink(failure.code, target?.docs),
  ];
}

/** Helps if the release that users were to get back does not run. Its own next step would be for a new commit. */
const OTHER_RELEASE =
  '`/argo rollback` with another release of `/argo history`. If none runs, fix what the log shows, commit and push, then `/argo unlock` and `/argo deploy`.';

/** Returns the next step after a failed stage. Only a new deployment helps if a newer one has started since. */
export function nextAfter(
  { superseded }: Pick<Deployment, 'superseded'>,
  { phase }: Pick<StageState, 'phase'>,
  { next, code: failed }: FailureRecord,
  target: Target | undefined,
): string {
  const again = superseded ? '/argo deploy' : '/argo retry';
  const command = phase === 'rollback' ? '/argo rollback' : again;
  if (phase === 'rollback' && OF_THE_CODE.has(failed)) return nextStep(OTHER_RELEASE, target);
  return nextStep(repeatedBy(command, next), target);
}

function docsLink(failureCode: string, docs: string | undefined): KnownBlock[] {
  const url = docs === undefined ? undefined : explanationUrl(docs, failureCode);
  return url === undefined ? [] : [context(`<${escaped(url)}|About the error ${failureCode}>`)];
}

/** Shows what happened on each host, then the other lines after the first: the end of a log, or a list. */
function furtherLines(outcomes: readonly string[], others: readonly string[]): KnownBlock[] {
  const sentences = outcomes.map((line) => quoted(line, 300).replace(/\.?$/, '.'));
  const isLog = others.some((line) => /^\d{4}-\d\d-\d\dT/.test(line));
  const shown = plain(logLines(others.join('\n')), 1_500) || '–';
  return [
    ...(sentences.length > 0 ? [section(capped(sentences, 10, 2_600).join('\n'))] : []),
    ...(isLog
      ? [context(hasError(others) ? 'Last log lines:' : 'Last log lines, without an error:')]
      : []),
    ...(others.length > 0 ? [preformatted(shown)] : []),
  ];
}

/** Names the commit that last changed the line in a stack trace, if the commit is new in this release. */
export function blamed(blame: Blame | undefined): KnownBlock[] {
  if (!blame) return [];
  const { path, line, sha, author, subject } = blame;
  const what = `${quoted(subject, 100)} (${quoted(author, 60)})`;
  return [
    section(
      `${code(`${path}:${line}`, 120)} was last changed in ${code(sha.slice(0, 7), 7)} ${what}, which is new in this release.`,
    ),
  ];
}

/** Failures of the running release, which are probably caused by its code. */
const OF_THE_CODE: ReadonlySet<string> = new Set<FailureCode>([
  'unhealthy',
  'service-dies',
  'not-started',
  'died-since',
  'degraded',
  'smoke-test',
]);

/** Returns nothing if a stack trace names the commit already (`blame`), or if the code is not the cause. */
export function newCommits({ blame, code: failed }: FailureRecord, facts: Facts): KnownBlock[] {
  const { commits = [] } = facts;
  if (blame !== undefined || !OF_THE_CODE.has(failed) || commits.length === 0) return [];
  const each = commits.map(
    ({ sha, subject, author }) =>
      `${code(sha.slice(0, 7), 7)} ${quoted(subject, 100)} (${quoted(author, 60)})`,
  );
  return [section(`New in this release: ${capped(each, 3, 700).join(', ')}.`)];
}

function releaseList(offers: readonly Offer[]): KnownBlock[] {
  if (offers.length === 0) return [];
  const lines = offers.map(({ release, at, subject, by }) =>
    [
      code(release, 60),
      ...(isAdopted(release) ? ['installed by hand, before argo-bot'] : []),
      ...(at === undefined ? [] : [dayAndTime(at)]),
      ...(subject === undefined ? [] : [quoted(subject, 100)]),
      ...(by === undefined ? [] : [person(by)]),
    ].join(' · '),
  );
  return [section(['*Available releases*', ...capped(lines, 10, 2_600)].join('\n'))];
}

/** Returns buttons for the next step. They disappear when a newer deployment starts. */
function nextOf(d: Deployment, target: Target | undefined) {
  const slot = slotOf(d.request);
  const offer = { value: { d: d.id }, style: 'primary' } as const;
  const live = d.stages.some(({ failure }) => failure?.code === 'slot-is-live');
  if (mayRollBack(d) || d.finished?.ending === 'rollback-failed') return rollbackButtons(d);
  if (d.superseded || !target || d.finished?.ending === 'rolled-back' || !canRetry(d)) return [];
  if (live && slot !== 'idle')
    return [
      button({ id: ids.deployOther, text: `Deploy to ${otherSlot(slot)} instead`, ...offer }),
    ];
  return retryHelps(d) ? [button({ id: ids.retry, text: 'Retry', ...offer })] : [];
}

/** Returns the Roll back button: during the watch, and after it until a newer deployment starts. */
export function rollbackButtons(d: Deployment): Button[] {
  return mayRollBack(d) || releaseToReturnTo(d) !== undefined ? [rollbackButton(d)] : [];
}

/** A click on this button shows the end of the stage's log only to the person who clicked. */
export function logButton(d: Deployment, stage: StageState) {
  const { name } = stage;
  const several = d.stages.filter(({ failure }) => failure?.log).length > 1;
  return button({
    id: `${ids.showLog}:${name}`,
    text: several ? `Show log: ${plain(nounAtStart(stage), 50)}` : 'Show log',
    value: { d: d.id, s: name },
  });
}

/** The button opens a form that asks for the reason, so it needs no confirmation of its own. */
export function rollbackButton(d: Deployment): Button {
  return button({ id: ids.rollback, text: 'Roll back…', value: { d: d.id }, style: 'danger' });
}
