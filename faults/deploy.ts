import { approve, ask, cardOrEnd, ending, readDetails, threadOf, told } from '../sandbox/acts.ts';
import { lastJournal } from '../sandbox/journal.ts';
import { readable, transcript } from '../sandbox/transcript.ts';
import type { Message } from '../sandbox/workspace/model.ts';
import type { DeploymentEvent } from '../src/deploy/record/events.ts';
import type { Fault } from './fault.ts';
import { places, type World } from './world.ts';

/** The environment of a row. */
export type Where = Pick<Fault, 'environment'>;

export interface Deployed {
  /** The line in the channel. */
  line: string;
  root: Message;
  events: DeploymentEvent[];
  /** All that the people have read. */
  thread: string;
  /** It came as far as the approval. */
  asked: boolean;
}

/** Ada asks and Ben approves, as soon as he may; `mayGoLive` false: Ada calls it off instead. */
export async function deploy(
  world: World,
  {
    words = 'deploy',
    meanwhile,
    environment = 'production',
  }: Where & Pick<Fault, 'words' | 'meanwhile'> = {},
  mayGoLive = true,
): Promise<Deployed> {
  const { scene } = world;
  const where = `--env ${environment}`;
  const root = await ask(scene, 'ada', `${words} ${where}`);
  const card = await cardOrEnd(scene, root);
  const asked = card !== 'over';
  const shown = asked ? [readable(card), await readDetails(scene, card)] : [];
  if (asked && mayGoLive) {
    await meanwhile?.(world);
    await approve(scene, root);
  } else if (asked) await told(scene, 'ada', `cancel ${where}`);
  const line = await ending(scene, root);
  const events = await lastJournal(world.redis, environment);
  return {
    line,
    root,
    events,
    thread: [...shown, transcript(threadOf(scene, root))].join('\n'),
    asked,
  };
}

export interface Stop {
  stage: string;
  code: string;
  message: string;
  log: string | undefined;
}

/** What the journal gives as the reason that it did not go on. */
export function stopOf(events: readonly DeploymentEvent[]): Stop | undefined {
  for (const event of events) {
    if (event.type === 'stage-failed') {
      const { code, message, log } = event.failure;
      return { stage: event.stage, code, message, log };
    }
    if (event.type === 'rollback-requested') {
      return { stage: 'watch', code: 'watch', message: event.reason, log: undefined };
    }
  }
  return undefined;
}

/** Warnings and alerts, with the stage that gave them. */
export function shownBy(events: readonly DeploymentEvent[]): { stage: string; text: string }[] {
  return events.flatMap((event) => {
    if (event.type === 'done') {
      return event.warnings.map((text) => ({ stage: event.stage, text }));
    }
    return event.type === 'alerted' ? [{ stage: 'watch', text: event.reason }] : [];
  });
}

/** What users are on, as the host itself has it; where no colour is recorded, by the proxy. */
export async function liveOn(
  world: World,
  { environment = 'production' }: Where,
): Promise<{ slot: string; release: string }> {
  const said = await world.onHost(`cd ${places[environment].root}
slot=$(cat .current_color)
case $slot in blue | green) ;; *)
  grep -v ' backup;' /etc/nginx/conf.d/argo-trading-upstream.conf | grep -q :8001 && slot=blue || slot=green ;;
esac
echo "$slot $(basename "$(readlink "$slot")")"`);
  const [slot = '', release = ''] = said.trim().split(' ');
  return { slot, release };
}
