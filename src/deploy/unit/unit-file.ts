// Writes the systemd unit of a slot, and decides what is wrong with a team's own template.
import type { Slot } from '../record/events.ts';
import { portOf, userOf } from '../settings/layout.ts';
import type { Target } from '../settings/settings.ts';
import { HARDENING } from './directives.ts';
import { unitRefusals } from './unit-refusals.ts';

/** True for a restriction that argo-bot adds itself. If an old systemd ignores it, nobody needs a warning. */
export function isHardeningDefault(key: string, target: Target): boolean {
  return Object.hasOwn(HARDENING, key) && !Object.hasOwn(target.settings.unit.options, key);
}

/** Returns the lines for Linux capabilities. A port below 1024 needs CAP_NET_BIND_SERVICE, unless the user is root. */
function capabilities(target: Target, slot: Slot): Record<string, string> {
  if (userOf(target) === 'root') return {};
  if (portOf(target, slot) >= 1_024) return { CapabilityBoundingSet: '' };
  const bind = 'CAP_NET_BIND_SERVICE';
  return { CapabilityBoundingSet: bind, AmbientCapabilities: bind };
}

/** Returns the values of placeholders in exec_start, environment, options and a template. */
function placeholders(target: Target, slot: Slot): Record<string, string> {
  const { root } = target.place;
  return {
    slot: `${root}/${slot}`,
    slot_name: slot,
    root,
    venv: `${root}/${slot}/.argo/venv`,
    port: String(portOf(target, slot)),
    user: userOf(target),
    environment_file: `${root}/${slot}/.argo/environment`,
  };
}

function fillPlaceholders(text: string, values: Record<string, string>): string {
  return text.replaceAll(/(?<!\$)\{([a-z_]+)\}/g, (all, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? all) : all,
  );
}

/** Returns the unit of a slot. It lacks the release's name, so that approvers see only real changes in its diff. */
export function renderUnit(target: Target, slot: Slot, template?: string): string {
  const values = placeholders(target, slot);
  if (template !== undefined) {
    const from = target.settings.unit.template ?? '';
    const text = fillPlaceholders(template.replaceAll('\r\n', '\n'), values);
    return `# Written by argo-bot from ${from}; edits are lost at the next deployment.\n${text}`;
  }
  const { unit } = target.settings;
  const lines = (key: string, value: string | string[]): string[] =>
    [value].flat().map((one) => `${key}=${fillPlaceholders(one, values)}`);
  const ours = Object.entries(defaultSettings(target, slot)).filter(
    ([key]) => !Object.hasOwn(unit.options, key),
  );
  return `# Written by argo-bot; edits are lost at the next deployment.
[Unit]
Description=${target.service} (${slot})
After=network.target

[Service]
User=${values['user']}
WorkingDirectory=${values['slot']}
EnvironmentFile=${values['environment_file']}
${environment(target, slot, values).join('\n')}
${lines('ExecStart', unit.exec_start ?? '').join('')}
${[...ours, ...Object.entries(unit.options)].flatMap(([key, value]) => lines(key, value)).join('\n')}

[Install]
WantedBy=multi-user.target
`;
}

function defaultSettings(target: Target, slot: Slot): Record<string, string> {
  const { unit } = target.settings;
  return {
    Type: 'simple',
    Restart: 'always',
    RestartSec: '1',
    ...HARDENING,
    ...capabilities(target, slot),
    LimitNOFILE: String(unit.limit_nofile),
    MemoryMax: unit.memory_max,
    KillMode: 'mixed',
    KillSignal: 'SIGTERM',
    TimeoutStopSec: String(unit.stop_timeout_seconds),
  };
}

function environment(target: Target, slot: Slot, values: Record<string, string>): string[] {
  const all = { ...target.settings.unit.environment, ARGO_SLOT: slot };
  return Object.entries(all).map(([key, value]) => {
    const text = fillPlaceholders(value, values).replaceAll(/["\\]/g, String.raw`\$&`);
    return `Environment="${key}=${text.replaceAll('%', '%%')}"`;
  });
}

/** Returns the settings that argo.yml writes or permits; hosts accept them with any value. */
export function permittedSettings({ settings: { unit } }: Target): string[] {
  const elevated = /^[-@:]*[+!|]/.test(unit.exec_start ?? '');
  return [...unit.allow, ...Object.keys(unit.options), ...(elevated ? ['ExecStart'] : [])];
}

/** Returns the text of the release's EnvironmentFile, which argo-bot's unit and the team's template name. */
export function environmentFile(target: Target, release: string): string {
  return `ARGO_RELEASE=${release}\nPYTHONPYCACHEPREFIX=${target.place.root}/pycache\n`;
}

/** Lines that a template must have, and what is wrong without them. */
const REQUIRED: readonly [line: RegExp, problem: string][] = [
  [/^\s*\[Service\]\s*$/, 'it has no [Service] section'],
  [/^\s*ExecStart\s*=/, 'it has no ExecStart'],
  [
    /^\s*EnvironmentFile\s*=\s*\{environment_file\}\s*$/,
    'it has no line EnvironmentFile={environment_file}, which sets ARGO_RELEASE, the name of the release',
  ],
  [/^\s*User\s*=/, 'it has no line User={user}: the service would run as root'],
];

/** Returns all problems of a template; empty if it can be used. */
export function templateProblems(target: Target, text: string): string[] {
  const known = placeholders(target, 'blue');
  const names = Object.keys(known).map((name) => `{${name}}`);
  const all = text.split(/\r?\n/).map((line, index) => ({ line, number: index + 1 }));
  const withoutComments = all.filter(({ line }) => !/^\s*[#;]/.test(line));
  const unknown = withoutComments.flatMap(({ line, number }) =>
    [...line.matchAll(/(?<!\$)\{([a-z_]+)\}/g)]
      .filter(([, name = '']) => !Object.hasOwn(known, name))
      .map(([whole]) => `line ${number}: ${whole} is unknown; known are ${names.join(' ')}`),
  );
  const missing = REQUIRED.filter(([line]) => !withoutComments.some((one) => line.test(one.line)));
  // Check the unit as a host gets it. renderUnit adds a line in front, so the line numbers are one too high.
  const refused = unitRefusals(renderUnit(target, 'blue', text), {
    root: target.place.root,
    service: target.service,
    user: userOf(target),
    binds: [portOf(target, 'blue'), portOf(target, 'green')].some((port) => port < 1_024),
    logFiles: target.settings.unit.log_files,
    allow: permittedSettings(target),
  });
  return [
    ...unknown,
    ...missing.map(([, problem]) => problem),
    ...refused.map(({ line, problem }) => `line ${line - 1}: ${problem}`),
  ];
}
