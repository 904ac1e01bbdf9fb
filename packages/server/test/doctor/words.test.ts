import { describe, expect, it } from 'vitest';
import { Words } from '../../src/doctor/words.js';

describe('many words', () => {
  it('are each found wherever they stand, within another and at the very end included', () => {
    const words = new Words(['note', 'notebook', 'book', 'id', 'x', 'gone', '']);
    expect([...words.within('id: notebook')].sort()).toEqual(['book', 'id', 'note', 'notebook']);
    expect([...words.within('go')]).toEqual([]);
    expect(new Words([]).within('anything').size).toBe(0);
  });

  it('give way to others, the longest first, and nothing else changes', () => {
    const words = new Words(['note', 'notebook', 'id', 'book']);
    expect(words.replaced('a notebook, a note, an id; notes', (word) => `<${word}>`)).toBe('a <notebook>, a <note>, an <id>; <note>s');
    expect(words.replaced('bnote', () => 'book')).toBe('bbook');
    expect(words.replaced('nothing', () => '!')).toBe('nothing');
  });

  it('are found as one after the other would be, whatever they and the text are', () => {
    const letters = 'ab1';
    // The same in each run (a linear congruential generator), and many of each kind.
    let seed = 7;
    const draw = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const text = (length: number) => Array.from({ length }, () => letters[draw(letters.length)]).join('');
    for (let round = 0; round < 50; round += 1) {
      const all = Array.from({ length: 30 }, () => text(1 + draw(8)));
      const whole = text(40);
      expect([...new Words(all).within(whole)].sort()).toEqual([...new Set(all)].filter((word) => whole.includes(word)).sort());
    }
  });
});
