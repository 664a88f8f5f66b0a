import type { App, ViewSubmitAction } from '@slack/bolt';
import { findTarget } from '../../deploy/settings.ts';
import { acked } from '../acked.ts';
import { answering } from '../answer.ts';
import type { Ask } from '../ask.ts';
import { handle } from '../handle.ts';
import { channelOf } from '../home/home.ts';
import type { SlackPorts } from '../ports.ts';
import { ids, RejectMetadata, valueOf } from '../values.ts';
import { deployFields } from '../views/deploy-modal.ts';
import { reasonBlock, reasonInput } from '../views/reject-modal.ts';
import { registerDeployForm } from './commit-options.ts';
import { DeployMetadata, deploySubmission, readDeployForm } from './deploy.ts';
import { rejectSubmission } from './reject.ts';

type Errors = { response_action: 'errors'; errors: Record<string, string> };
type Ack = (answer?: Errors) => Promise<void>;

const OLD = 'This form is from an older version of argo-bot. Close it and open it again.';

/** Modals that come back filled in: what is wrong is shown under its field, inside the ack. */
export function registerSubmissions(app: App, ports: SlackPorts): void {
  app.view<ViewSubmitAction>(ids.rejectModal, ({ body, ack }) => rejected(ports, body, ack));
  app.view<ViewSubmitAction>(ids.deployModal, ({ body, ack }) => deployed(ports, body, ack));
  registerDeployForm(app, ports);
}

async function rejected(ports: SlackPorts, body: ViewSubmitAction, ack: Ack): Promise<void> {
  const reason = body.view.state.values[reasonBlock]?.[reasonInput]?.value?.trim() ?? '';
  const metadata = RejectMetadata.safeParse(valueOf(body.view.private_metadata));
  if (reason === '' || !metadata.success) {
    const says = metadata.success ? 'Say why: the thread shows it.' : OLD;
    return acked(ports, () => ack(wrong(reasonBlock, says)));
  }
  await acked(ports, () => ack());
  const { channel, thread } = metadata.data;
  const ask = { ...askOf(ports, body, { channel, thread }), urgent: true };
  await handle(ports, ask, () => rejectSubmission(metadata.data, reason, ask, ports));
}

async function deployed(ports: SlackPorts, body: ViewSubmitAction, ack: Ack): Promise<void> {
  const metadata = DeployMetadata.safeParse(valueOf(body.view.private_metadata));
  const form = readDeployForm(body.view.state.values);
  if (!metadata.success) return acked(ports, () => ack(wrong(deployFields.target, OLD)));
  if (form.kind === 'wrong') return acked(ports, () => ack(wrong(form.block, form.says)));
  await acked(ports, () => ack());
  const { service, environment } = form.answers;
  const found = findTarget(ports.settings, service, environment);
  const first = found.kind === 'found' ? channelOf(found.target) : '';
  const ask = askOf(ports, body, { channel: metadata.data.channel ?? first });
  await handle(ports, ask, () => deploySubmission(form.answers, ask, ports));
}

function wrong(block: string, says: string): Errors {
  // What stands under a field is plain text.
  return { response_action: 'errors', errors: { [block]: says.replaceAll('`', '') } };
}

function askOf(
  { client }: SlackPorts,
  { user, view, team }: ViewSubmitAction,
  where: { channel: string; thread?: string | undefined },
): Ask {
  const place = { user: user.id, ...where };
  return {
    ...place,
    id: `view:${view.id}:${view.hash}`,
    team: team?.id ?? '',
    trigger: '',
    answer: answering(client, place),
  };
}
