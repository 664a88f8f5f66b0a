import type { Wake } from '../../../jobs/queue.ts';
import type { Limiter, PaintedMessages } from '../../deploy/ports/painted-messages.ts';
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

/** What the listeners work with. */
export interface SlackPorts {
  client: SlackClient;
  records: Records;
  wake: Pick<Wake, 'wake'>;
  settings: Settings;
  painted: Pick<PaintedMessages, 'read'>;
  /** Ids of the user groups a user is in; rejects when Slack does not say. */
  groupsOf: GroupsOf;
  /** The workspace that payloads must come from; rejects while Slack does not say. */
  findWorkspace: FindWorkspace;
  /** Whether somebody belongs to it; rejects when Slack does not say. */
  checkMembership: CheckMembership;
  /** Who wrote a release, where its authors must not approve it; rejects when Slack does not say. */
  matchAuthors: MatchAuthors;
  /** Counts the requests of each person, across processes. */
  limiter: Pick<Limiter, 'take'>;
  /** True the first time an id is seen within `seconds`: Slack delivers some things twice. */
  isFirstDelivery(id: string, seconds: number): Promise<boolean>;
  home: Pick<Home, 'show'>;
  /** The newest commits of a repository, for the form. */
  commits: CommitOffers;
  log: Log;
  redactor: Redactor;
}
