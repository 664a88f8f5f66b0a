// Decides which paths of the bot's machine a sandbox hides: keys, tokens, configs, data.
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Settings } from '../../deploy/settings/settings.ts';

export interface BotPaths {
  dataDirectory: string;
  /** The path of argo.yml. */
  file: string;
  settings: Settings;
}

/** Folders of keys and tokens in the home of the bot's user. */
const AT_HOME = '.ssh .gnupg .netrc .npmrc .pypirc .aws .azure .config .docker .kube'.split(' ');

/** Real paths with secrets of the bot, which a command must not read. */
export function hiddenPaths({ dataDirectory, file, settings }: BotPaths): string[] {
  const services = Object.values(settings.services);
  const environments = services.flatMap((service) => Object.values(service.environments));
  const configs = [
    ...services.map(({ config }) => config?.file),
    ...environments.map(({ config_file: own }) => own),
  ].filter((one) => one !== undefined && path.isAbsolute(one));
  const keys = environments.flatMap(({ hosts }) => hosts.map(({ identity_file: key }) => key));
  const home = homedir();
  return [
    process.cwd(),
    path.join(process.cwd(), '.env'),
    path.resolve(import.meta.dirname, '../../..'),
    dataDirectory,
    path.dirname(path.resolve(file)),
    ...[...configs, ...keys].map((one) => path.resolve(String(one).replace(/^~(?=\/)/, home))),
    ...[...AT_HOME, '.git-credentials', '.gitconfig', '.env'].map((name) => path.join(home, name)),
  ].flatMap(realPathOf);
}

/** Commands need these folders, so a folder that contains one of them is not hidden. */
const NEEDED = ['/usr/bin', '/usr/local/bin', '/usr/lib'];

/** The path without links; none if it does not exist or commands need it. */
function realPathOf(place: string): string[] {
  try {
    const found = realpathSync(place);
    const above = (one: string) => one === found || one.startsWith(path.join(found, '/'));
    return NEEDED.some(above) ? [] : [found];
  } catch {
    return [];
  }
}
