import { mkdtempSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A new folder that scripts of hosts work in: not below /tmp, where everybody can write. */
export const trustedFolder = (): string => mkdtempSync(join(homedir(), '.argo-bot-test-'));
