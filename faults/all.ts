import type { Fault } from './fault.ts';
import { access } from './rows/access.ts';
import { code } from './rows/code.ts';
import { config } from './rows/config.ts';
import { files } from './rows/files.ts';
import { host } from './rows/host.ts';
import { keys } from './rows/keys.ts';
import { oneUnit } from './rows/one-unit.ts';
import { proxy } from './rows/proxy.ts';
import { running } from './rows/running.ts';
import { smoke } from './rows/smoke.ts';
import { source } from './rows/source.ts';
import { unit } from './rows/unit.ts';
import { waiting } from './rows/waiting.ts';
import { watched } from './rows/watched.ts';

/** The whole campaign, in the order in which a deployment would meet them. */
export const faults: readonly Fault[] = [
  ...source,
  ...files,
  ...code,
  ...config,
  ...keys,
  ...access,
  ...host,
  ...unit,
  ...running,
  ...smoke,
  ...waiting,
  ...proxy,
  ...watched,
  ...oneUnit,
];
