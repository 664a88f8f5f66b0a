// Decides which messages of a deployment are posted or updated, in which order, and when to try again.
import type { PaintedMessages } from '../../deploy/ports/slack-ports.ts';
import { openGate, type Deployment } from '../../deploy/record/deployment.ts';
import type { Records } from '../../deploy/history/records.ts';
import { cleanDeepInSlices } from '../../deploy/secrets/clean-record.ts';
import { findTarget, type Target } from '../../deploy/settings/settings.ts';
import type { MatchAuthors, SlackPorts } from '../contract/ports.ts';
import { cleanMessage } from '../api/clean-message.ts';
import { isNews } from '../api/update-interval.ts';
import { paintMessage, repost } from './paint-message.ts';
import { giveUp, type PaintResult, type ThreadContext } from './thread-context.ts';
import { createRateLimited, type RateLimits } from '../api/rate-limited.ts';
import { slackErrorOf } from '../api/errors.ts';
import { threadFiles } from './thread-files.ts';
import { uploadFile } from './upload-file.ts';
import { messagesOf } from '../views/messages.ts';
import type { PaintedView, ViewContext } from '../views/parts/painted-view.ts';

export interface AnnouncerOptions extends RateLimits, Pick<SlackPorts, 'client' | 'settings'> {
  records: Pick<Records, 'read' | 'active'>;
  painted: PaintedMessages;
  now?: () => number;
  matchAuthors?: MatchAuthors;
}

/** `version`: the version of the record that was painted. If the record is newer by now, the next try need not wait. */
type Painted = { kind: 'painted' } | { kind: 'later'; ms: number; version: number };

export interface Announcer {
  /** Posts and updates a deployment's messages so that they match its record. Returns `later` if Slack fails. */
  paint(id: string): Promise<Painted>;
}

export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { records, painted, redactor, log, now = Date.now } = options;
  const rateLimited = createRateLimited(options);
  const workspacesWithoutPlan = new Set<string>();

  const paintedAt = new Map<string, number>();
  /** Notes that `id` is painted now. Returns how many deployments were painted in the last minute, even ended ones. */
  function paintedLately(id: string): number {
    paintedAt.set(id, now());
    for (const [one, at] of paintedAt) if (now() - at > 60_000) paintedAt.delete(one);
    return paintedAt.size;
  }

  async function paint(id: string): Promise<Painted> {
    // Read the messages first. If Redis loses all data between the two reads, there is no record and nothing is posted.
    const messages = await painted.read(id);
    const read = await records.read(id);
    if (!read || (await painted.paintedVersion(id)) >= read.version) return { kind: 'painted' };
    // The record is redacted before views cut its texts, because the redactor does not find half a secret.
    const deployment = await cleanDeepInSlices(redactor, read);
    const { length: running } = await records.active();
    const active = Math.max(running, paintedLately(id));
    const thread = { ...options, rateLimited, now, active, deployment, messages };
    const ms = await paintAll(thread);
    if (ms !== undefined) return { kind: 'later', ms, version: read.version };
    await painted.savePaintedVersion(id, read.version);
    return { kind: 'painted' };
  }

  /** Returns the milliseconds until the next try; undefined if all messages are up to date. */
  async function paintAll(thread: ThreadContext): Promise<number | undefined> {
    const { deployment } = thread;
    let wait: number | undefined;
    const authors = await authorsOf(deployment);
    const { team } = deployment.request.origin;
    const target = targetOf(deployment);
    const draw = (): PaintedView[] => {
      const style: ViewContext['style'] = workspacesWithoutPlan.has(team) ? 'classic' : 'plan';
      return cleanMessage(redactor, messagesOf(deployment, { target, style, authors }));
    };
    const views = byUrgency(draw(), thread);
    for (const view of views) {
      if (view.where === 'thread' && thread.messages['summary']?.ts === undefined) break;
      const result = await paintView(thread, draw, view);
      if (result.kind === 'rootless') return repostRoot(thread, views, view);
      if (result.kind !== 'later') continue;
      if (result.all) return result.ms;
      wait = Math.min(result.ms, wait ?? Infinity);
    }
    return (await uploadFiles(thread)) ?? wait;
  }

  function targetOf({ request }: Deployment): Target | undefined {
    const found = findTarget(options.settings, request.service, request.environment);
    return found.kind === 'found' ? found.target : undefined;
  }

  /** Returns the release's authors while the approval is open; `unknown` if Slack does not answer. */
  async function authorsOf(d: Deployment): Promise<ViewContext['authors']> {
    const target = targetOf(d);
    if (!target || !openGate(d)) return undefined;
    try {
      return await options.matchAuthors?.(d, target);
    } catch (error) {
      const trouble = slackErrorOf(error);
      if (!trouble) throw error;
      log.warn(
        { deployment: d.id, trouble },
        'Slack did not say which users wrote the commits of a release; its approval card says so, and argo-bot asks Slack again at each approval. If this repeats, run argo-bot doctor',
      );
      return 'unknown';
    }
  }

  async function paintView(
    thread: ThreadContext,
    draw: () => PaintedView[],
    view: PaintedView,
  ): Promise<PaintResult> {
    const { key } = view;
    const { id, request } = thread.deployment;
    const { team } = request.origin;
    const result = await paintMessage(thread, view);
    if (result.kind !== 'unreadable') return result;
    if (view.blocks.some(({ type }) => type === 'plan')) {
      if (!workspacesWithoutPlan.has(team))
        log.info(
          { team },
          'Slack refuses plan blocks in this workspace, so argo-bot sends plain sections; nobody has to act',
        );
      workspacesWithoutPlan.add(team);
      const plainer = draw().find((candidate) => candidate.key === key);
      if (plainer) return paintView(thread, draw, plainer);
    }
    // The text without blocks states the same facts, so it is posted alone.
    log.error(
      { deployment: id, key, error: result.error },
      'Slack refuses the blocks of a message, so argo-bot sends its text alone; report this as a bug',
    );
    const bare = await paintMessage(thread, { ...view, blocks: [] });
    return bare.kind === 'unreadable' ? giveUp(thread, key, bare.error) : bare;
  }

  async function uploadFiles(thread: ThreadContext): Promise<number | undefined> {
    const { deployment, messages } = thread;
    const threadTs = messages['summary']?.ts;
    if (threadTs === undefined) return undefined;
    for (const file of threadFiles(deployment, targetOf(deployment), redactor)) {
      const result = await uploadFile(thread, threadTs, file);
      if (result.kind === 'later') return result.ms;
    }
    return undefined;
  }

  return { paint };
}

/** Somebody deleted the summary, which is the root of the thread: posts it again as the root of a new thread. */
async function repostRoot(
  thread: ThreadContext,
  views: PaintedView[],
  view: PaintedView,
): Promise<number> {
  const root = views.find(({ key }) => key === 'summary');
  if (!root || thread.messages['summary.again']) {
    await giveUp(thread, view.key, 'thread_not_found');
    return 0;
  }
  const result = await repost(thread, root);
  return result.kind === 'later' ? result.ms : 0;
}

/** Sorts messages: new ones first, then urgent updates (news), then progress. */
function byUrgency(views: readonly PaintedView[], { messages }: ThreadContext): PaintedView[] {
  const rank = (view: PaintedView): number => {
    const saved = messages[view.key];
    if (saved?.ts === undefined) return 0;
    return isNews(view, saved) ? 1 : 2;
  };
  return views.toSorted((a, b) => rank(a) - rank(b));
}
