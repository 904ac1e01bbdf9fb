// The part of semver's range grammar that packages use to name the Node they run on.

/** Whether `version` (`20.19.0`) lies in `range` (`^20.19.0 || >=22.12.0`). */
export function satisfies(version, range) {
  const at = numbers(version);
  return range.split('||').some((alternative) => comparators(alternative).every((comparator) => holds(at, comparator)));
}

/** `>= 18 <25` as its parts. Blanks between an operator and its version do not separate. */
function comparators(alternative) {
  return alternative
    .trim()
    .replace(/([<>=^~])\s+/g, '$1')
    .split(/\s+/)
    .filter((part) => part !== '' && part !== '*');
}

function holds(at, comparator) {
  const { operator, version } = /^(?<operator>>=|<=|>|<|\^|~|=|)v?(?<version>.+)$/.exec(comparator).groups;
  const bound = numbers(version);
  const given = version.split('.').filter((part) => /^\d+$/.test(part)).length;
  const order = compare(at, bound);
  if (operator === '>=') return order >= 0;
  if (operator === '<=') return order <= 0;
  if (operator === '>') return order > 0;
  if (operator === '<') return order < 0;
  if (operator === '^') return order >= 0 && at[0] === bound[0];
  if (operator === '~') return order >= 0 && at[0] === bound[0] && (given < 2 || at[1] === bound[1]);
  return at.slice(0, given).every((number, index) => number === bound[index]);
}

function numbers(version) {
  const parts = version
    .replace(/[-+].*$/, '')
    .split('.')
    .map(Number);
  return [0, 1, 2].map((index) => (Number.isInteger(parts[index]) ? parts[index] : 0));
}

function compare(a, b) {
  const index = a.findIndex((number, position) => number !== b[position]);
  return index < 0 ? 0 : Math.sign(a[index] - b[index]);
}
