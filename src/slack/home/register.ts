// Publishes the Home tab when a person opens it.
import type { App } from '@slack/bolt';
import { isFailure } from '../../deploy/record/errors.ts';
import { refuseEntry } from '../entrance/refuse-entry.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';

/** Repeated deliveries of the event are not filtered: publishing a tab again is harmless. */
export function registerHomeTab(app: App, ports: SlackPorts): void {
  const { home, log } = ports;
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    try {
      if (await refuseEntry(ports, { user: event.user }, 'ordinary')) return;
      await home.show(event.user);
    } catch (error) {
      // Opening a tab is no request, so nobody gets an error. The next visit publishes the tab again.
      if (!slackErrorOf(error) && !isFailure(error)) throw error;
      log.warn(
        { user: event.user, err: error },
        'a Home tab could not be published for a person who opened it',
      );
    }
  });
}
