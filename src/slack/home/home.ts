import { cleanMessage } from '../clean-message.ts';
import type { Action } from '../../deploy/policy.ts';
import type { Target } from '../../deploy/settings.ts';
import type { Ask } from '../ask.ts';
import { coalesced } from '../coalesced.ts';
import { permission } from '../permission.ts';
import { everything, placeStatus } from '../place-status.ts';
import type { SlackPorts } from '../ports.ts';
import { troubleOf } from '../trouble.ts';
import { homeView, type HomePlace, type Rights } from '../views/home.ts';

/** Somebody who has not looked for so long sees the news when they come back. */
const LOOKED_WITHIN_MS = 3_600_000;
/** With thirty people looking, what Slack takes: a hundred a minute for all views of a workspace. */
const EVERY_MS = 20_000;
const MOST_VIEWERS = 30;

/** Who has the Home tab open, as far as anybody can tell; kept across processes. */
export interface Viewers {
  looked(user: string, at: number): Promise<void>;
  since(at: number, most: number): Promise<string[]>;
}

export interface Home {
  /** Draws it for one person. `notice` answers a click; mrkdwn, escaped. */
  show(user: string, notice?: string): Promise<void>;
  /** Draws it anew for everybody who has looked lately. Slack's troubles are logged, and never in the way. */
  refresh(): Promise<void>;
  /** A refresh soon, and never more often than people can read. */
  soon(): void;
  stop(): void;
}

type HomePorts = Pick<
  SlackPorts,
  'client' | 'records' | 'settings' | 'groups' | 'log' | 'redactor'
>;

export function createHome(ports: HomePorts, viewers: Viewers, now = Date.now): Home {
  const { client, log, redactor } = ports;
  const publish = async (user: string, notice?: string): Promise<void> => {
    const view = homeView(await placesFor(ports, user), now(), notice);
    await client.views.publish({ user_id: user, view: cleanMessage(redactor, view) });
  };
  const refresh = async (): Promise<void> => {
    for (const user of await viewers.since(now() - LOOKED_WITHIN_MS, MOST_VIEWERS)) {
      try {
        await publish(user);
      } catch (error) {
        const trouble = troubleOf(error);
        if (!trouble) throw error;
        log.info({ user, trouble }, 'a Home tab was not drawn anew');
      }
    }
  };
  const redraw = coalesced(EVERY_MS, () =>
    refresh().catch((error: unknown) => log.warn({ err: error }, 'Home tabs were not drawn')),
  );
  return {
    async show(user, notice) {
      await viewers.looked(user, now());
      await publish(user, notice);
    },
    refresh,
    soon: () => redraw.soon(),
    stop: () => redraw.stop(),
  };
}

async function placesFor(ports: HomePorts, user: string): Promise<HomePlace[]> {
  const places = await Promise.all(
    everything(ports.settings).map(async (target) => {
      const rights = await rightsOf(ports, user, target);
      const any = Object.values(rights).some(Boolean);
      return any ? [{ ...(await placeStatus(ports, target)), rights }] : [];
    }),
  );
  return places.flat();
}

/** There is no channel here, so it counts as the one in which the thread would be. */
export function channelOf({ place }: Target): string {
  return place.access.channels[0] ?? '';
}

async function rightsOf(
  ports: HomePorts,
  user: string,
  target: Target,
): Promise<Rights & { approve: boolean }> {
  const may = async (action: Action): Promise<boolean> => {
    const ask: Pick<Ask, 'user' | 'channel'> = { user, channel: channelOf(target) };
    return (await permission(ports, ask, action, target)).kind === 'allowed';
  };
  const [deploy, rollback, unlock, approve] = await Promise.all([
    may({ kind: 'deploy' }),
    may({ kind: 'rollback' }),
    may({ kind: 'unlock' }),
    may({ kind: 'approve' }),
  ]);
  return { deploy, rollback, unlock, approve };
}
