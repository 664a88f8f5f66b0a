// Builds the HTTP requests that test a config's API keys at their providers.
import type { ProbeRequest } from '../../deploy/ports/ports.ts';
import { type ConfigProbe, PLACES } from '../../deploy/settings/config.ts';
import { isNested, textOf, type Value, valueAt } from '../formats/values.ts';

/** Fills values of the config into the probes of argo.yml. Returns a problem for each missing value. */
export function prepareProbes(config: Value, probes: readonly ConfigProbe[], file: string) {
  const requests: ProbeRequest[] = [];
  const problems: string[] = [];
  for (const probe of probes) {
    const values = valuesFor(config, probe, file);
    if (values.problems.length > 0) problems.push(...values.problems);
    else requests.push(requestOf(probe, values.texts));
  }
  return { requests, problems };
}

function valuesFor(config: Value, probe: ConfigProbe, file: string) {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  const inHeaders = keysIn(probe, Object.values(probe.headers));
  for (const key of new Set([...keysIn(probe, [probe.url]), ...inHeaders])) {
    const value = valueAt(config, key);
    if (value === undefined || value === null || value === '' || isNested(value)) {
      problems.push(`${key} in ${file} has no value, but the probe "${probe.name}" sends it`);
      continue;
    }
    const text = textOf(value);
    texts.set(key, text);
    if (inHeaders.includes(key) && !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)) {
      problems.push(
        `${key} in ${file} has white space at an end, or a character that is not ASCII, so the probe "${probe.name}" cannot send it in a header`,
      );
    }
  }
  return { texts, problems };
}

function keysIn(probe: ConfigProbe, templates: readonly string[]): string[] {
  return templates.flatMap((text) =>
    [...text.matchAll(PLACES)].map(([, other]) => other ?? probe.key),
  );
}

function requestOf(probe: ConfigProbe, texts: ReadonlyMap<string, string>): ProbeRequest {
  const fill = (template: string, write: (text: string) => string): string =>
    template.replaceAll(PLACES, (_place, other: string | undefined) =>
      write(texts.get(other ?? probe.key) ?? ''),
    );
  return {
    probe,
    url: new URL(fill(probe.url, encodeURIComponent)),
    headers: Object.fromEntries(
      Object.entries(probe.headers).map(([name, text]) => [name, fill(text, (value) => value)]),
    ),
    shown: `GET ${probe.url}`,
  };
}
