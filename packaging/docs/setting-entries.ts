// Writes the entries of argo.yml: each setting with type, default and text.
import { settingsOf, type Setting } from './settings.ts';
import { environmentTexts, serviceTexts, topTexts } from './texts/settings.ts';

/** What a page must say and does not, such as a setting without a text. */
export type Missing = (what: string) => void;

const TOP = /^(?!services)/;
const SERVICE = /^services\.<name>\.(?!environments(?:$|\.))/;
const ENVIRONMENT = /^services\.<name>\.environments\.<name>\./;

export function serviceEntries(missing: Missing): string[] {
  return [
    ...settingEntries(TOP, topTexts, 'Top level', missing),
    ...settingEntries(SERVICE, serviceTexts, 'Other settings', missing),
  ];
}

export const environmentEntries = (missing: Missing): string[] =>
  settingEntries(ENVIRONMENT, environmentTexts, 'Other settings', missing);

/** A heading for each group of settings, and `others` for the rest. */
function settingEntries(
  place: RegExp,
  texts: Record<string, string>,
  others: string,
  missing: Missing,
): string[] {
  const here = settingsOf()
    .filter(({ path }) => place.test(path))
    .map((setting) => Object.assign(setting, { path: setting.path.replace(place, '') }));
  const paths = new Set(here.map(({ path }) => path));
  for (const path of Object.keys(texts))
    if (!paths.has(path))
      missing(`packaging/docs/texts/settings.ts explains ${path}, which argo.yml does not have`);
  const groups = Map.groupBy(here, ({ path }) => (/[.[]/.test(path) ? path.split(/[.[]/)[0] : ''));
  const single = (groups.get('') ?? []).filter(({ path }) => !groups.has(path));
  const named = [...groups].filter(([name]) => name !== '');
  const listed = named.map(([name = '', members]) => {
    const top = here.find(({ path }) => path === name);
    return [
      `## ${name}`,
      ...about(top, texts),
      members.map((one) => settingLine(one, texts, missing)).join('\n'),
    ].join('\n\n');
  });
  const rest = single.map((one) => settingLine(one, texts, missing)).join('\n');
  return [...listed, `## ${others}\n\n${rest}`];
}

function about(top: Setting | undefined, texts: Record<string, string>): string[] {
  if (!top) return [];
  return [`${texts[top.path] ?? ''}${top.required ? ' Required.' : ''}`.trim()].filter(Boolean);
}

function settingLine(setting: Setting, texts: Record<string, string>, missing: Missing): string {
  const { path, type, default: value, required } = setting;
  const text = texts[path];
  if (text === undefined && type !== 'group')
    missing(`packaging/docs/texts/settings.ts does not explain ${path}`);
  const facts = [
    type,
    ...(required ? ['required'] : value === undefined ? [] : [`default \`${value}\``]),
  ];
  return `- \`${path}\` (${facts.join(', ')}): ${text ?? 'a group of settings.'}`;
}
