import { DURATION_BOUNDS, type Family, type Sample, type Snapshot } from '../../domain/metrics.js';

export type Format = 'text' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What Prometheus reads: its text format 0.0.4, or OpenMetrics 1.0.0. */
export function exposition(snapshot: Snapshot, format: Format): string {
  const lines = snapshot.filter(({ samples }) => samples.length > 0).flatMap((family) => linesOf(family, format));
  if (format === 'openmetrics') lines.push('# EOF');
  return `${lines.join('\n')}\n`;
}

function linesOf(family: Family, format: Format): string[] {
  const { name, help, type, samples } = family;
  const suffix = type === 'counter' ? '_total' : '';
  // A counter's own name ends in _total in the one format, and its samples' in the other.
  const declared = format === 'text' ? `${name}${suffix}` : name;
  const head = [`# HELP ${declared} ${help}`, `# TYPE ${declared} ${type}`];
  if (type === 'histogram') return [...head, ...samples.flatMap((sample) => histogramLines(name, sample))];
  return [...head, ...samples.map(({ labels, values }) => line(`${name}${suffix}`, labels, values[0] ?? 0))];
}

function histogramLines(name: string, { labels, values }: Sample): string[] {
  const before = labels === '' ? '' : `${labels},`;
  let count = 0;
  const buckets = [...DURATION_BOUNDS.map(String), '+Inf'].map((bound, index) => {
    count += values[index] ?? 0;
    return line(`${name}_bucket`, `${before}le="${bound}"`, count);
  });
  return [...buckets, line(`${name}_sum`, labels, values[DURATION_BOUNDS.length + 1] ?? 0), line(`${name}_count`, labels, count)];
}

function line(name: string, labels: string, value: number): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${value}`;
}
