// Runs in a process of its own: acknowledges /argo, as Bolt's first example does, and nothing else.
import { App, LogLevel } from '@slack/bolt';

const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_API_URL } = process.env;

const app = new App({
  token: SLACK_BOT_TOKEN ?? '',
  appToken: SLACK_APP_TOKEN ?? '',
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: SLACK_API_URL ?? '' },
});
app.command('/argo', ({ ack }) => ack());
// It ends with the bench, however that ends.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(), 1_000).unref();
await app.start();
