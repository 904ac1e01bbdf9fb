/** A reader of Prometheus' text format 0.0.4 and of OpenMetrics 1.0.0 that takes nothing but what they allow. */
export interface Read {
  readonly types: ReadonlyMap<string, string>;
  /** By name and labels, as they are written. */
  readonly samples: ReadonlyMap<string, number>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = { counter: ['_total'], gauge: [''], histogram: ['_bucket', '_sum', '_count'] };

/** @throws where a line is not as the format has it */
export function readExposition(text: string, format: 'text' | 'openmetrics'): Read {
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('The last line is not ended');
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('No # EOF at the end');
  let current = '';
  for (const line of lines) {
    const [hash, what, name = '', ...rest] = line.split(' ');
    if (hash === '#') {
      if (!NAME.test(name) || rest.length === 0) throw new Error(`Not a comment of ours: ${line}`);
      if (what === 'HELP') current = name;
      else if (what === 'TYPE' && name === current && !types.has(name)) types.set(name, rest.join(' '));
      else throw new Error(`Not where it belongs: ${line}`);
      continue;
    }
    const [, sample = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    const type = types.get(current) ?? '';
    const family = format === 'text' && type === 'counter' ? current.replace(/_total$/, '') : current;
    if (!(SUFFIXES[type] ?? []).some((suffix) => sample === `${family}${suffix}`)) throw new Error(`Not a sample of ${current}: ${line}`);
    const key = labels === '' ? sample : `${sample}{${labels}}`;
    if (samples.has(key)) throw new Error(`Twice: ${key}`);
    samples.set(key, Number(value.replace('Inf', 'Infinity')));
  }
  checkHistograms(types, samples);
  return { types, samples };
}

/** Buckets only ever grow, and the last one holds all. */
function checkHistograms(types: Read['types'], samples: Read['samples']): void {
  for (const [name, type] of types) {
    if (type !== 'histogram') continue;
    const before = new Map<string, number>();
    for (const [key, value] of samples) {
      if (!key.startsWith(`${name}_bucket{`)) continue;
      const of = key.slice(name.length + '_bucket'.length).replace(/,?le="([^"]*)"/, '');
      if (value < (before.get(of) ?? 0)) throw new Error(`${key} is less than the bucket before it`);
      before.set(of, value);
      if (key.includes('le="+Inf"') && samples.get(`${name}_count${of === '{}' ? '' : of}`) !== value) throw new Error(`${key} is not the count`);
    }
    if (before.size === 0) throw new Error(`${name} has no buckets`);
  }
}
