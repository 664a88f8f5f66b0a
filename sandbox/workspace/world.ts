import type { Tiers } from './api/tiers.ts';
import type { Backstage } from './backstage.ts';
import type { Clock } from './clock.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { FaultSwitches } from './faults.ts';
import type { Shortcut } from './people/shortcut.ts';
import type { ResponseUrls } from './people/response-urls.ts';
import type { Triggers } from './people/triggers.ts';
import type { Store } from './store.ts';

/** What every part of the workspace works with. */
export interface World {
  readonly url: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly faults: FaultSwitches;
  readonly tiers: Tiers | undefined;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly delivery: Delivery;
  readonly backstage: Backstage;
  readonly credentials: {
    botToken: string;
    appToken: string;
    signingSecret: string;
    verificationToken: string;
    scopes: readonly string[];
    botEvents: readonly string[];
    commands: readonly string[];
    shortcuts: readonly Shortcut[];
    usageHints: Readonly<Record<string, string>>;
    escapeCommands: boolean;
  };
}
