// Decides what the Home tab shows a person, and refreshes it for people who opened it in the last hour.
import { cleanMessage } from '../api/clean-message.ts';
import { allTargets, type Target } from '../../deploy/settings/settings.ts';
import { throttle } from './throttle.ts';
import { channelOf, permission } from '../requests/permission.ts';
import { placeStatus } from '../requests/place-status.ts';
import type { App } from '@slack/bolt';
import { isFailure } from '../../deploy/record/errors.ts';
import { refuseEntry } from '../entrance/refuse-entry.ts';
import type { Home, InChannel, SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { homeView, type HomePlace, type Rights } from '../views/home/home.ts';

/** A Home tab that was opened earlier than this is not refreshed until the person opens it again. */
const REFRESH_WITHIN_MS = 3_600_000;
/** Refreshing 30 tabs every 20 seconds stays below Slack's limit of 100 view calls per minute. */
const REFRESH_INTERVAL_MS = 20_000;
const MAX_VIEWERS = 30;

/** When each person last opened the Home tab. Redis stores it, so that all processes know it. */
export interface Viewers {
  addViewer(user: string, at: number): Promise<void>;
  viewersSince(at: number, most: number): Promise<string[]>;
}

type HomePorts = Pick<
  SlackPorts,
  'client' | 'records' | 'settings' | 'groupsOf' | 'log' | 'redactor'
> & { inChannel: InChannel };

export function createHome(ports: HomePorts, viewers: Viewers, now = Date.now): Home {
  const { client, log, redactor } = ports;
  const publish = async (user: string, notice?: string): Promise<void> => {
    const places = await placesFor(ports, user);
    const view = homeView(places, now(), notice, allTargets(ports.settings));
    await client.views.publish({ user_id: user, view: cleanMessage(redactor, view) });
  };
  const refresh = async (): Promise<void> => {
    for (const user of await viewers.viewersSince(now() - REFRESH_WITHIN_MS, MAX_VIEWERS)) {
      try {
        await publish(user);
      } catch (error) {
        const trouble = slackErrorOf(error);
        if (!trouble) throw error;
        log.info(
          { user, trouble },
          'Slack did not accept an update of a Home tab; argo-bot updates the tab when the person opens it again',
        );
      }
    }
  };
  const redraw = throttle(REFRESH_INTERVAL_MS, () =>
    refresh().catch((error: unknown) =>
      log.warn(
        { err: error },
        'the Home tabs could not be refreshed; they show old data until the next change of a deployment',
      ),
    ),
  );
  return {
    async show(user, notice) {
      await viewers.addViewer(user, now());
      await publish(user, notice);
    },
    refresh,
    refreshSoon: () => redraw.request(),
    stop: () => redraw.stop(),
  };
}

async function placesFor(ports: HomePorts, user: string): Promise<HomePlace[]> {
  const places = await Promise.all(
    allTargets(ports.settings).map(async (target) => {
      const rights = await rightsOf(ports, user, target);
      const { channels } = target.place.access;
      // Everybody in one of the environment's channels may see it, as with `/argo status`.
      const isMember = async () =>
        (await Promise.all(channels.map((one) => ports.inChannel(user, one)))).includes(true);
      return Object.values(rights).some(Boolean) || (await isMember())
        ? [{ ...(await placeStatus(ports, target, { reader: user })), rights }]
        : [];
    }),
  );
  return places.flat();
}

async function rightsOf(
  ports: HomePorts,
  user: string,
  target: Target,
): Promise<Rights & { approve: boolean }> {
  const asker = { user, channel: channelOf(target) };
  const may = async (kind: 'deploy' | 'rollback' | 'unlock' | 'approve'): Promise<boolean> =>
    (await permission(ports, asker, { kind }, target)).kind === 'allowed';
  const asked = [may('deploy'), may('rollback'), may('unlock'), may('approve')] as const;
  const [deploy, rollback, unlock, approve] = await Promise.all(asked);
  return { deploy, rollback, unlock, approve };
}

/** Publishes the Home tab when a person opens it. If Slack delivers the event twice, it publishes the tab twice. */
export function registerHomeTab(app: App, ports: SlackPorts): void {
  const { home, log } = ports;
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    try {
      if (await refuseEntry(ports, { user: event.user }, 'ordinary')) return;
      await home.show(event.user);
    } catch (error) {
      // A person who only opens a tab gets no error message. The next visit publishes the tab again.
      if (!slackErrorOf(error) && !isFailure(error)) throw error;
      log.warn(
        { user: event.user, err: error },
        'a person opened the Home tab and sees an old one, because it could not be updated; the next visit retries',
      );
    }
  });
}
