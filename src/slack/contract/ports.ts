// Decides which parts of argo-bot the listeners may use, as interfaces.
import type { Wake } from '../../../jobs/queue.ts';
import type { Limiter, PaintedMessages } from '../../deploy/ports/slack-ports.ts';
import type { Inspections } from '../../deploy/inspections/inspections.ts';
import type { Log } from '../../deploy/ports/ports.ts';
import type { Records } from '../../deploy/history/records.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Settings } from '../../deploy/settings/settings.ts';
import type { SlackClient } from './slack-client.ts';
import type { CommitOffers } from './commit-offers.ts';
import type { CheckMembership } from './people.ts';
import type { FindWorkspace } from './people.ts';
import type { MatchAuthors } from './people.ts';
import type { GroupsOf } from './people.ts';
import type { Home } from './home.ts';

export interface SlackPorts {
  client: SlackClient;
  records: Records;
  wake: Pick<Wake, 'wake' | 'inspect'>;
  inspections: Pick<Inspections, 'request' | 'read'>;
  settings: Settings;
  painted: Pick<PaintedMessages, 'read'>;
  groupsOf: GroupsOf;
  /** Used to refuse payloads of other workspaces. */
  findWorkspace: FindWorkspace;
  checkMembership: CheckMembership;
  /** Finds the authors of a release where argo.yml forbids them to approve it. */
  matchAuthors: MatchAuthors;
  /** Limits each person's requests, across processes. */
  limiter: Pick<Limiter, 'take'>;
  /** Returns true for the first call with an id within `seconds`: Slack may deliver a request twice. */
  isFirstDelivery(id: string, seconds: number): Promise<boolean>;
  home: Pick<Home, 'show'>;
  /** The newest commits, for the deploy form. */
  commits: CommitOffers;
  log: Log;
  redactor: Redactor;
}
