// Values: such as a JSON Schema asks for, and such as nobody would send in good faith.

const WORDS = [
  'a',
  'Fix the login',
  'päivää',
  '日本語',
  '🦄🦄',
  'x'.repeat(300),
  ' ',
  'line\nbreak',
  'a,b',
  '../../etc',
  '%00',
  '{{7*7}}',
  '$(id)',
  "' or 1=1 --",
  '<b>',
];
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '',
  '0',
  'length',
  'then',
  'toJSON',
  '$ref',
  'a.b[0]',
  'ü',
  'id',
  'title',
];
const UUID = '00000000-0000-4000-8000-000000000000';

/** Something that the schema accepts, as far as it is simple. */
export function fitting(schema, chance, ids, depth = 0) {
  if (Array.isArray(schema.anyOf)) return fitting(chance.pick(schema.anyOf), chance, ids, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return chance.pick(schema.enum);
  switch (Array.isArray(schema.type) ? chance.pick(schema.type) : schema.type) {
    case 'object':
      return objectFor(schema, chance, ids, depth);
    case 'array':
      return chance.several(3, () => fitting(schema.items ?? {}, chance, ids, depth + 1));
    case 'integer':
    case 'number':
      return (schema.minimum ?? 0) + chance.below(Math.min(5, (schema.maximum ?? 10) - (schema.minimum ?? 0)) + 1);
    case 'boolean':
      return chance.odds(0.5);
    case 'null':
      return null;
    default:
      if (schema.format === 'uuid') return ids.length > 0 && chance.odds(0.8) ? chance.pick(ids) : UUID;
      if (schema.format === 'uri') return 'https://example.com/a.git';
      return chance.pick(WORDS).slice(0, schema.maxLength ?? 100);
  }
}

function objectFor(schema, chance, ids, depth) {
  const required = new Set(schema.required ?? []);
  const entries = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name) || chance.odds(0.4));
  return Object.fromEntries(entries.map(([name, inner]) => [name, fitting(inner, chance, ids, depth + 1)]));
}

/** Anything but what was asked for. */
export function absurd(chance, depth = 0) {
  const kind = chance.below(depth > 3 ? 8 : 11);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return chance.odds(0.5);
    case 2:
      return chance.pick([0, -0, -1, 1e308, 5e-324, -1.5, 2 ** 31, 2 ** 53, 1e21]);
    case 3:
      return chance.pick(WORDS);
    case 4:
      return chance.pick(NAMES);
    case 5:
      return String.fromCharCode(chance.below(0xd800), chance.below(0x20), 0x2028, 0x202e);
    case 6:
      return '\ud800'.repeat(chance.below(3)) + chance.pick(['\u0000', '\udfff', '\ufeff', '\uffff', '']);
    case 7:
      return 'z'.repeat(chance.pick([1, 255, 256, 501, 5000]));
    case 8:
      return chance.several(4, () => absurd(chance, depth + 1));
    case 9:
      return Object.fromEntries(chance.several(4, () => [chance.pick(NAMES), absurd(chance, depth + 1)]));
    default:
      return nested(chance.pick([3, 30, 62, 63, 64, 65, 200]), chance.odds(0.5));
  }
}

export function nested(depth, arrays) {
  let value = 0;
  for (let i = 0; i < depth; i += 1) value = arrays ? [value] : { a: value };
  return value;
}

/** The same value with one thing in it changed, taken out or added. */
export function spoilt(value, chance) {
  if (typeof value !== 'object' || value === null || chance.odds(0.1)) return absurd(chance);
  const keys = Object.keys(value);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const at = keys.length === 0 || chance.odds(0.2) ? chance.pick(NAMES) : chance.pick(keys);
  const choice = chance.below(4);
  // As JSON.parse does, and assignment does not.
  const set = (inner) => Object.defineProperty(copy, at, { value: inner, enumerable: true, configurable: true, writable: true });
  if (choice === 0 && at !== 'length') delete copy[at];
  else if (Array.isArray(copy)) copy.push(absurd(chance));
  else if (choice < 3 && Object.hasOwn(copy, at)) set(spoilt(copy[at], chance));
  else set(absurd(chance));
  return copy;
}

const LITERALS = ['1e999', '-1e999', '01', '+1', '.5', '1.', '0x10', 'NaN', 'Infinity', 'undefined', "'a'", '"\\x41"', '"\\u12"', '"\\ud800"', '"\\u0000"'];
const MORE = [
  '123456789012345678901234567890',
  '"\\udc00\\ud800"',
  '"a\tb"',
  '//c',
  '/**/1',
  '[1,]',
  '{"a":1,}',
  '{a:1}',
  '1e5',
  '-0',
  'tru',
  'null null',
  '"',
];

/** JSON text that is broken, or strange, in one place. */
export function brokenText(text, chance) {
  const at = chance.below(text.length + 1);
  switch (chance.below(10)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return `${text.slice(0, at)}${chance.pick(['"', '\\', '{', '}', '[', ']', ',', ':', '\u0000', '\n', '\ufeff', ' ', '\u00a0'])}${text.slice(at)}`;
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + chance.below(4));
    case 3:
      return text.replace(/"[^"]*"(?=[,}\]])|\d+/g, (found) => (chance.odds(0.3) ? chance.pick(chance.odds(0.5) ? LITERALS : MORE) : found));
    case 4:
      return chance.pick(['\ufeff', '\u0000', ' \n\t', ")]}',\n", 'for(;;);', '\u001e']) + text;
    case 5:
      return text + chance.pick(['\u0000', '}', ' ', text, ',', '\n\n', '[]']);
    case 6:
      return text.replace('{', `{${chance.pick(['"id":1,"id":2,', '"method":"x",', '"__proto__":{"admin":true},', '"jsonrpc":"2.0","jsonrpc":"2.0",'])}`);
    case 7:
      return '['.repeat(chance.pick([1, 63, 64, 65, 1000, 50_000])) + text;
    case 8:
      return `${'{"a":'.repeat(chance.pick([64, 500, 20_000]))}1`;
    default:
      return chance.pick(chance.odds(0.5) ? LITERALS : MORE);
  }
}

/** Bytes that are no UTF-8: overlong forms, surrogates, what is beyond Unicode, cut sequences. */
export function brokenBytes(text, chance) {
  const bytes = Buffer.from(text);
  const bad = chance.pick([
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2, 0x82],
    [0x80],
    [0xfe, 0xff],
    [0xf8, 0x88, 0x80, 0x80, 0x80],
  ]);
  const at = chance.below(bytes.length + 1);
  if (chance.odds(0.2)) return Buffer.from(text, 'utf16le');
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(bad), bytes.subarray(chance.odds(0.5) ? at : Math.min(bytes.length, at + 1))]);
}
