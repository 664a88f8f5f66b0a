import { replies } from './answers.ts';
import type { Entry } from './entry.ts';
import { forms } from './forms.ts';
import { inspections } from './inspections.ts';
import { line } from './line.ts';
import { thread } from './thread.ts';

/** Every function of src/slack/views that makes something for Slack; table.test.ts says which one is missing. */
export const table: readonly Entry[] = [...thread, ...replies, ...inspections, ...line, ...forms];
