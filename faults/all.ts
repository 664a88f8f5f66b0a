import type { Fault } from './fault.ts';
import { code } from './rows/code.ts';
import { config } from './rows/config.ts';
import { keys } from './rows/keys.ts';
import { files } from './rows/files.ts';
import { host } from './rows/host.ts';
import { unit } from './rows/unit.ts';

/** The whole campaign, in its order. */
export const faults: readonly Fault[] = [...files, ...code, ...config, ...keys, ...host, ...unit];
