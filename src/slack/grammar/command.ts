import type { DeployRequest } from '../../deploy/record/events.ts';
import { type ConfigAct } from './words.ts';

export type Command =
  | ({ kind: 'deploy'; slot: DeployRequest['slot']; ref?: string; dryRun: boolean } & Where)
  | ({ kind: 'status' } & Where)
  | ({ kind: 'history'; limit: number } & Where)
  | ({ kind: 'rollback'; release?: string } & Where)
  | ({ kind: 'config'; act: ConfigAct } & Where)
  | ({ kind: 'health' } & Where)
  | ({ kind: 'logs'; slot: DeployRequest['slot']; lines?: number } & Where)
  | ({ kind: 'diff'; ref?: string } & Where)
  | ({ kind: 'retry' } & Where)
  | ({ kind: 'restart' } & Where)
  | ({ kind: 'cancel' } & Where)
  | ({ kind: 'lock'; reason: string; ms?: number } & Where)
  | ({ kind: 'unlock' } & Where)
  | { kind: 'freeze'; reason: string; ms?: number }
  | { kind: 'unfreeze' }
  | { kind: 'form' }
  | { kind: 'help' };

export type CommandName = Command['kind'];

export type Parsed = Command | Wrong;

export interface Wrong {
  kind: 'wrong';
  /** One or two sentences: what is wrong, and what was probably meant. */
  reason: string;
  /** The right form. */
  form: string;
}

interface Where {
  service?: string;
  environment?: string;
}
