// Words a number of bytes for people.

/** `900 bytes`, or `1.5 MB` with a million bytes each, as limits in argo.yml are written. */
export function formatBytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
