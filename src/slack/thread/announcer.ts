import type { Limiter, PaintedMessages } from '../../deploy/ports/painted-messages.ts';
import { openGate, type Deployment } from '../../deploy/record/deployment.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import type { Records } from '../../deploy/history/records.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { cleanDeepInSlices } from '../../deploy/secrets/clean-record.ts';
import { findTarget, type Settings, type Target } from '../../deploy/settings/settings.ts';
import type { MatchAuthors } from '../contract/people.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { SlackClient } from '../contract/slack-client.ts';
import { isNews } from '../api/pace.ts';
import { paintMessage, postAgain } from './paint-message.ts';
import { giveUp, type PaintResult, type ThreadContext } from './thread-context.ts';
import { createRateLimitedClient } from '../api/rate-limited-client.ts';
import { slackErrorOf } from '../api/errors.ts';
import { uploadCharts } from './upload-charts.ts';
import { uploadLog } from './upload-log.ts';
import { uploadUnitDiff } from './upload-unit-diff.ts';
import { messagesOf } from '../views/messages.ts';
import type { PaintedView, ViewContext } from '../views/parts/painted-view.ts';

export interface AnnouncerOptions {
  client: SlackClient;
  records: Pick<Records, 'read' | 'active'>;
  painted: PaintedMessages;
  limiter: Limiter;
  settings: Settings;
  redactor: Redactor;
  log: Log;
  now?: () => number;
  matchAuthors?: MatchAuthors;
}

/** `version` of the journal is what was looked at: whatever came after it must not wait for `ms`. */
type Painted = { kind: 'painted' } | { kind: 'later'; ms: number; version: number };

export interface Announcer {
  /** Brings the thread of a deployment to its last state. Slack's troubles come back as `later`. */
  paint(id: string): Promise<Painted>;
}

export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { client, records, painted, redactor, log, now = Date.now } = options;
  const caller = createRateLimitedClient(options);
  /** Workspaces that have refused a plan block. */
  const classic = new Set<string>();

  async function paint(id: string): Promise<Painted> {
    // Before the record: if Redis loses both in between, there is no record to post all of this again for.
    const messages = await painted.read(id);
    const read = await records.read(id);
    if (!read || (await painted.paintedVersion(id)) >= read.version) return { kind: 'painted' };
    // Cleaned before it is cut to length: half a secret would slip through afterwards.
    const deployment = await cleanDeepInSlices(redactor, read);
    const { length: active } = await records.active();
    const easel: ThreadContext = {
      client,
      caller,
      painted,
      log,
      now,
      active,
      deployment,
      messages,
    };
    const ms = await paintAll(easel, deployment);
    if (ms !== undefined) return { kind: 'later', ms, version: read.version };
    await painted.savePaintedVersion(id, read.version);
    return { kind: 'painted' };
  }

  /** How long to wait before going on; undefined when all is painted. */
  async function paintAll(
    easel: ThreadContext,
    deployment: Deployment,
  ): Promise<number | undefined> {
    let wait: number | undefined;
    const authors = await authorsOf(deployment);
    const draw = (): PaintedView[] => render(deployment, authors);
    const views = byUrgency(draw(), easel);
    for (const view of views) {
      const root = easel.messages['summary']?.ts;
      if (view.where === 'thread' && root === undefined) break;
      const stroke = await paintView(easel, draw, view, view.where === 'thread' ? root : undefined);
      if (stroke.kind === 'rootless') return newRoot(easel, views, view);
      if (stroke.kind !== 'later') continue;
      if (stroke.all) return stroke.ms;
      wait = Math.min(stroke.ms, wait ?? Infinity);
    }
    return (await uploadFiles(easel, deployment)) ?? wait;
  }

  function targetOf({ request }: Deployment): Target | undefined {
    const found = findTarget(options.settings, request.service, request.environment);
    return found.kind === 'found' ? found.target : undefined;
  }

  /** Only while somebody has to know who may approve. */
  async function authorsOf(d: Deployment): Promise<ViewContext['authors']> {
    const target = targetOf(d);
    if (!target || !openGate(d)) return undefined;
    try {
      return await options.matchAuthors?.(d, target);
    } catch (error) {
      const trouble = slackErrorOf(error);
      if (!trouble) throw error;
      log.warn({ deployment: d.id, trouble }, 'authors could not be matched with people in Slack');
      return 'unknown';
    }
  }

  function render(deployment: Deployment, authors: ViewContext['authors']): PaintedView[] {
    const { origin } = deployment.request;
    const target = targetOf(deployment);
    const style: ViewContext['style'] = classic.has(origin.team) ? 'classic' : 'plan';
    return cleanMessage(redactor, messagesOf(deployment, { target, style, authors }));
  }

  async function paintView(
    easel: ThreadContext,
    draw: () => PaintedView[],
    view: PaintedView,
    thread: string | undefined,
  ): Promise<PaintResult> {
    const { key } = view;
    const { id, request } = easel.deployment;
    const { team } = request.origin;
    const stroke = await paintMessage(easel, view, thread);
    if (stroke.kind !== 'unreadable') return stroke;
    if (view.blocks.some(({ type }) => type === 'plan')) {
      if (!classic.has(team))
        log.info({ team }, 'this workspace takes no plan blocks; painting the classic way');
      classic.add(team);
      const plainer = draw().find((candidate) => candidate.key === key);
      if (plainer) return paintView(easel, draw, plainer, thread);
    }
    // Better a bare line than nothing: the text says the same.
    log.error(
      { deployment: id, key, error: stroke.error },
      'Slack refuses our blocks; sending the text alone',
    );
    const bare = await paintMessage(easel, { ...view, blocks: [] }, thread);
    return bare.kind === 'unreadable' ? giveUp(easel, key, bare.error) : bare;
  }

  async function uploadFiles(
    easel: ThreadContext,
    deployment: Deployment,
  ): Promise<number | undefined> {
    const thread = easel.messages['summary']?.ts;
    if (thread === undefined) return undefined;
    const diff = await uploadUnitDiff(easel, deployment, redactor, thread);
    if (diff.kind === 'later') return diff.ms;
    for (const stage of deployment.stages) {
      const stroke = await uploadLog(easel, stage, redactor, thread);
      if (stroke.kind === 'later') return stroke.ms;
    }
    const stroke = await uploadCharts(easel, deployment, thread);
    return stroke.kind === 'later' ? stroke.ms : undefined;
  }

  return { paint };
}

/** Posts what the thread hangs on once more, so that the rest is painted below it at once. */
async function newRoot(
  easel: ThreadContext,
  views: PaintedView[],
  view: PaintedView,
): Promise<number> {
  const root = views.find(({ key }) => key === 'summary');
  if (!root || easel.messages['summary.again']) {
    await giveUp(easel, view.key, 'thread_not_found');
    return 0;
  }
  const stroke = await postAgain(easel, root, undefined);
  return stroke.kind === 'later' ? stroke.ms : 0;
}

/** What is missing first, such as a card that someone must act on; then news, and progress last. */
function byUrgency(views: readonly PaintedView[], { messages }: ThreadContext): PaintedView[] {
  const rank = (view: PaintedView): number => {
    const saved = messages[view.key];
    if (saved?.ts === undefined) return 0;
    return isNews(view, saved) ? 1 : 2;
  };
  return views.toSorted((a, b) => rank(a) - rank(b));
}
