// Formats a size as `900 bytes` or `1.5 MB`. A megabyte is a million bytes, as in the limits of argo.yml.
export function formatBytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
