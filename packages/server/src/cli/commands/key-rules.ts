import { type SecretForm, patternOf, secretForms } from '../../domain/scannable.js';
import { UsageError } from '../failure.js';
import { askedPlatform } from '../setup.js';
import type { Command } from './command.js';

/** Bits for each character: a key of zeros, as an example shows it, is none that has leaked. */
const ENTROPY = 3;

/** Names and prefixes hold nothing that would have to be escaped: `definePlatform` sees to it. */
const FORMATS: Readonly<Record<string, (forms: readonly SecretForm[]) => string>> = {
  gitleaks: (forms) =>
    forms
      .map(
        (form) => `[[rules]]
id = "${form.id}"
description = "${form.description}"
regex = '''${patternOf(form)}'''
secretGroup = 1
entropy = ${ENTROPY}
keywords = [${form.prefixes.map((prefix) => `"${prefix}"`).join(', ')}]
`,
      )
      .join('\n'),
  trufflehog: (forms) =>
    `detectors:\n${forms
      .map(
        (form) => `  # ${form.description}
  - name: ${form.id}
    keywords: [${form.prefixes.join(', ')}]
    regex:
      secret: '${patternOf(form)}'
    entropy: ${ENTROPY}
`,
      )
      .join('')}`,
};

export const keyRules: Command = {
  name: 'key rules',
  summary: 'print rules by which gitleaks or TruffleHog finds keys and tokens of the platform',
  options: [
    { flags: '--format <format>', description: 'gitleaks (TOML) or trufflehog (YAML)', required: true },
    { flags: '--platform <platform>', description: 'the platform, by name or path (default: nenjo)' },
  ],
  alone: async ({ format = '' }, surroundings) => {
    const written = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
    if (written === undefined) throw new UsageError(`--format must be ${Object.keys(FORMATS).join(' or ')}.`);
    const { name, keys, authorization } = await askedPlatform(surroundings);
    const tokensByHand = authorization.kind === 'own' ? authorization.tokensByHand : undefined;
    return { format, rules: written(secretForms({ name, keyPrefix: keys.prefix, servicePrefix: keys.servicePrefix, tokensByHand })) };
  },
  print: (answer) => (answer as { readonly rules: string }).rules.trimEnd(),
};
