// Decides what a release contains: files of the commit, its config, and argo-bot's own files in `.argo/`.
import { fileRules } from '../settings/layout.ts';
import { requireFact } from '../record/facts.ts';
import type { Readable } from 'node:stream';
import { changesBetween } from './changes.ts';
import { StageFailed } from '../record/errors.ts';
import { byPath, formatManifest, formatModes } from './manifest.ts';
import type { ConfigReport, ManifestFile } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';
import { environmentFile, renderUnit } from '../unit/unit-file.ts';
import { sha256 } from './digest.ts';
import { rememberManifest } from './known-manifests.ts';
import { readConfig } from './read-config.ts';
import { readTemplate } from './unit-template.ts';

export interface ReleaseContents {
  /** All files of the manifest: the commit's files and the config. */
  files: ManifestFile[];
  /** sha256 of the manifest; equal for releases with the same files. */
  digest: string;
  pack: (paths: ReadonlySet<string>) => Readable;
  /** About how many bytes `pack` gives for the files at `paths`. */
  bytesOf: (paths: ReadonlySet<string>) => number;
}

export async function releaseContents(context: StageContext): Promise<ReleaseContents> {
  const { ports, target, facts, signal } = context;
  const commit = requireFact(facts, 'commit');
  const from = await ports.source.files(target.settings.source, commit.sha, signal);
  const { files } = await from.discover(fileRules(target));
  const config = await readConfig(context, commit.sha);
  refuseChangedConfig(config, facts.configFingerprints);
  const configPath = target.settings.config?.target ?? '';
  const all = config ? withConfig(files, configPath, config) : files;
  const manifest = formatManifest(all);
  const template = await readTemplate(target, from);
  const extra = argoFiles(context, { manifest, modes: formatModes(all), template }, config);
  const mtime = Math.floor(commit.at / 1_000);
  const digest = sha256(manifest);
  // If this release goes live, the next deployment compares with its manifest and need not read it from a host.
  rememberManifest(digest, all);
  return {
    files: all,
    digest,
    pack: (paths) => {
      const chosen = all.filter(({ path }) => paths.has(path) && path !== configPath);
      return ports.pack(from, chosen, extra, mtime);
    },
    bytesOf: (paths) =>
      sumOf(all.filter(({ path }) => paths.has(path)).map(({ bytes }) => bytes)) +
      sumOf(extra.map(({ content }) => content.length)),
  };
}

/** Fails with StageFailed `config-moved` if the config was edited at its source after it was validated. */
function refuseChangedConfig(
  config: ConfigReport | undefined,
  validated: Record<string, string> | undefined,
): void {
  if (!config || !validated) return;
  const changes = changesBetween(validated, config.fingerprints);
  if (changes.length === 0 && config.problems.length === 0) return;
  const keys = changes.slice(0, 5).map(({ key }) => key);
  throw new StageFailed(
    `the config at its source has changed since it was validated${keys.length > 0 ? `: ${keys.join(', ')}` : ''}`,
    {
      code: 'config-moved',
      next: '`/argo retry`: it validates and shows the current config.',
    },
  );
}

interface Extra {
  path: string;
  content: Buffer;
  mode: number;
}

/** Adds the environment's config at `path`. Replaces a file that the commit has at this path. */
function withConfig(files: ManifestFile[], path: string, config: ConfigReport): ManifestFile[] {
  const { content } = config;
  const own = { path, sha256: sha256(content), bytes: content.length, mode: 0o600 };
  return [...files.filter((file) => file.path !== path), own].toSorted(byPath);
}

function argoFile(path: string, content: string): Extra {
  return { path: `.argo/${path}`, content: Buffer.from(content), mode: 0o644 };
}

function argoFiles(
  context: StageContext,
  { manifest, modes, template }: { manifest: string; modes: string; template: string | undefined },
  config: ConfigReport | undefined,
): Extra[] {
  const { target, facts } = context;
  const release = requireFact(facts, 'release');
  const fingerprints = Object.entries(config?.fingerprints ?? {}).map(
    ([key, hex]) => `${hex} ${key}\n`,
  );
  return [
    argoFile('modes', modes),
    argoFile('commit', `${requireFact(facts, 'commit').sha}\n`),
    argoFile('environment', environmentFile(target, release)),
    argoFile('unit.blue', renderUnit(target, 'blue', template)),
    argoFile('unit.green', renderUnit(target, 'green', template)),
    argoFile('fingerprints', fingerprints.join('')),
    ...(config
      ? [{ path: target.settings.config?.target ?? '', content: config.content, mode: 0o600 }]
      : []),
    // Last, because upload.sh takes the manifest as the proof that all files arrived.
    argoFile('manifest', manifest),
  ];
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
