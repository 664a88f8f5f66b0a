// Decides what an approver is told about a unit: problems, diff, exposure, remarks and edits by hand.
import { StageFailed } from '../record/errors.ts';
import type { Placement } from '../record/facts.ts';
import { unitName, userOf } from '../settings/layout.ts';
import { runScript } from '../step/on-every-host.ts';
import type { Answer, Host, ScriptCall } from '../ports/ports.ts';
import type { Target } from '../settings/settings.ts';
import type { StageContext, StageResult } from '../step/stage.ts';
import { isHardeningDefault } from '../unit/unit-file.ts';
import { isOnlySlot } from './unit-diff.ts';

export type UnitScript = 'install-unit' | 'vet-unit' | 'show-unit';

/** Lets a host check a release's unit; the script `install-unit` also installs it. Fails if the unit is refused. */
export async function checkUnit(
  context: StageContext,
  host: Host,
  script: UnitScript,
  { release, slot }: Placement,
  ahead?: ScriptCall[],
): Promise<Answer> {
  const unit = unitName(context.target, slot);
  const answer = await runScript(context, host, script, { release, slot, unit }, { ahead });
  const where = context.target.settings.unit.template ?? 'unit in argo.yml';
  const forbidden = answer.values('forbidden');
  if (forbidden.length > 0) {
    throw new StageFailed(`${host.name} refuses ${unit} of ${release}: ${forbidden.join('\n')}`, {
      code: 'unit-refused',
      host: host.name,
      next: `remove it from ${where}, or let the owner of argo.yml permit it with unit.allow; then \`/argo deploy\`.`,
      log: forbidden.join('\n'),
    });
  }
  const problems = answer.values('problem');
  if (problems.length === 0) return answer;
  const all = problems.filter((line) => !CONSEQUENCE.test(line)).join('\n') || problems.join('\n');
  const said = all
    .replaceAll(/ Refusing\.$/gm, '')
    .replaceAll(/^argument of /gm, 'An argument of ');
  throw new StageFailed(`${unit} would not start on ${host.name}. ${said}`, {
    code: 'unit-refused',
    host: host.name,
    next: correction(context.target, host.name, all),
    log: all,
  });
}

/** systemd prints this line after the faults of a unit. It adds nothing to them, so messages leave it out. */
const CONSEQUENCE = /^Unit \S+ has a bad unit file setting\.?$/;

function correction(target: Target, host: string, problems: string): string {
  const { template } = target.settings.unit;
  const missing = /does not exist/.test(problems) && !/did you mean/i.test(problems);
  if (template !== undefined) {
    const or = missing ? `, or create on ${host} what it names` : '';
    return `correct ${template}${or}; commit and push, then \`/argo deploy\`.`;
  }
  const meant = /\. Did you mean (\/[\w./@+-]+)\?$/.exec(problems)?.[1];
  const correct =
    meant === undefined || problems.includes('\n')
      ? 'correct `unit` in argo.yml and restart argo-bot'
      : `correct this path in \`unit\` in argo.yml so that it becomes ${meant}, and restart argo-bot`;
  const create = missing ? creation(problems, userOf(target)) : undefined;
  return create === undefined
    ? `${correct}. Then \`/argo deploy\`.`
    : `on ${host}, create it: \`${create}\`. Then \`/argo retry\`. Or, if the path is wrong, ${correct}.`;
}

/** systemd settings whose path is a file. All others, except those in PROGRAMS, name a folder. */
const FILES = /^(?:EnvironmentFile|LoadCredential|RootImage)$/;
const PROGRAMS = /^Exec(?!Paths)|^argument /;

/** Returns the command that creates the one missing path, which argo.yml names; undefined if no command is known. */
function creation(problems: string, user: string): string | undefined {
  const [, setting = '', path = ''] =
    /^(.+?) names (\/[\w./@+-]+), which does not exist$/.exec(problems) ?? [];
  if (path === '' || PROGRAMS.test(setting)) return undefined;
  return FILES.test(setting) ? `sudoedit ${path}` : `sudo install -d -o ${user} ${path}`;
}

/** Facts and warnings for the approver, from the answers of scripts/parts/unit-check.sh. */
export function unitReport(
  target: Target,
  unit: string,
  answers: Record<string, Answer>,
): Pick<StageResult, 'facts' | 'warnings'> & { unitDiff: string } {
  const all = Object.entries(answers);
  const diffs = all.map(([, answer]) => answer.values('diff'));
  const unitDiff =
    diffs.find((diff) => diff.length > 0 && !isOnlySlot(target, diff))?.join('\n') ?? '';
  const exposure = worstExposure(all.map(([, answer]) => answer));
  return {
    unitDiff,
    facts: { unitDiff, ...(exposure ? { exposure } : {}) },
    warnings: [
      ...(userOf(target) === 'root'
        ? [
            'the service runs as root: an attacker who breaks into it controls the host. Remove unit.user from argo.yml, or name another user',
          ]
        : []),
      ...systemdRemarks(target, unit, all),
      ...all.flatMap(([host, answer]) => [
        ...editsOn(target, unit, host, answer, {
          own: 'This deployment removes the edit.',
          other: 'The new release does not have this edit.',
          keep: `press Reject, put it into ${unitSource(target)}, restart argo-bot and deploy again`,
        }),
        ...answer.values('dropin').map((line) => {
          const [, path = line, sets = ''] = /^(.*) \((.*)\)$/.exec(line) ?? [];
          return `${host}: the drop-in ${path} ${sets === '' ? 'changes' : `sets ${sets} for`} ${unit}. argo-bot does not manage it. To keep it, put it into argo.yml; otherwise delete the file`;
        }),
      ]),
    ],
  };
}

/** Returns systemd's worst exposure score of all hosts, because the approval card has one line for it. */
function worstExposure(answers: Answer[]): { now: number; before?: number } | undefined {
  const known = answers.flatMap((answer) => {
    const now = Number(answer.maybe('score') ?? Number.NaN);
    const before = Number(answer.maybe('score_before') ?? Number.NaN);
    return Number.isNaN(now) ? [] : [{ now, ...(Number.isNaN(before) ? {} : { before }) }];
  });
  return known.toSorted((a, b) => b.now - a.now)[0];
}

/** Describes systemd's remarks about lines that it ignores. An equal remark of several hosts is listed once. */
function systemdRemarks(target: Target, unit: string, all: [string, Answer][]): string[] {
  const remarks = all.flatMap(([host, answer]) =>
    answer.values('remark').map((remark) => ({ host, remark, key: unknownSetting(remark) })),
  );
  const shown = remarks.filter(({ key }) => !key || !isHardeningDefault(key, target));
  return [...Map.groupBy(shown, ({ remark }) => remark)].map(([remark, each]) => {
    const where = each.map(({ host }) => host).join(', ');
    return `${where}: ${describeRemark(remark, unit, unitSource(target))}`;
  });
}

function unknownSetting(remark: string): string | undefined {
  return /Unknown (?:key(?: name)?|lvalue) '([A-Za-z]+)'/.exec(remark)?.[1];
}

function describeRemark(remark: string, unit: string, source: string): string {
  const key = unknownSetting(remark);
  if (key === undefined) return `systemd warns about ${unit}: ${remark}`;
  const line = /^line \d+/.exec(remark)?.[0];
  const at = line === undefined ? unit : `${line} of ${unit}`;
  return `systemd does not know the setting ${key} (${at}) and ignores it, so it has no effect. Correct its spelling in ${source}, or remove it.`;
}

/** Returns the file that an operator changes to change the unit. */
function unitSource({ settings }: Target): string {
  return settings.unit.template ?? 'argo.yml';
}

/** Edits by hand that a rollback overwrites. A rollback has no approval card, so its result shows them. */
export function editsLost(target: Target, unit: string, host: string, answer: Answer): string[] {
  return editsOn(target, unit, host, answer, {
    own: 'This rollback removes the edit.',
    other: 'The release that is back does not have this edit.',
    keep: `put it into ${unitSource(target)}`,
  });
}

function editsOn(
  target: Target,
  unit: string,
  host: string,
  answer: Answer,
  lost: { own: string; other: string; keep: string },
): string[] {
  const edits = Map.groupBy(answer.values('edited'), (line) => line.split(' ', 1)[0] ?? '');
  return [...edits].map(([edited, lines]) => {
    const changes = describeLines(lines.map((line) => line.slice(edited.length + 1)));
    const what = edited === unit ? lost.own : lost.other;
    return `somebody edited ${edited} by hand on ${host} (${shortened(changes)}). ${what} To keep it, ${lost.keep}.`;
  });
}

/** Describes a diff's lines: `-MemoryMax=512M` and `+MemoryMax=300M` give `MemoryMax=512M became MemoryMax=300M`. */
function describeLines(lines: readonly string[]): string {
  const [first = '', second = '', ...others] = lines;
  if (others.length === 0 && first.startsWith('-') && second.startsWith('+'))
    return `${first.slice(1)} became ${second.slice(1)}`;
  return lines
    .map((line) => `${line.startsWith('-') ? 'removed' : 'added'} ${line.slice(1)}`)
    .join(', ');
}

function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
