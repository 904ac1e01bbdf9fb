import { describe, expect, it } from 'vitest';
import { farthestColor, palette } from '../src/roles/colors.js';

describe('the colour of a role that is made without one (8.1)', () => {
  it('is one of 16', () => {
    expect(new Set(palette).size).toBe(16);
    expect(palette.every((color) => /^#[0-9A-F]{6}$/.test(color))).toBe(true);
  });

  it('is the first where there are no others', () => {
    expect(farthestColor([])).toBe(palette[0]);
  });

  it('is the farthest from the existing ones', () => {
    expect(farthestColor(['#FFFFFF'])).toBe('#7F1D1D');
    expect(farthestColor(['#000000'])).toBe(farthestColor(['#000000', '#010101']));
    expect(['#84CC16', '#F59E0B', '#F97316']).toContain(farthestColor(['#0000FF']));
  });

  it('repeats none before all 16 are taken, and then takes the least used, whatever the case of letters', () => {
    const taken: string[] = [];
    for (let i = 0; i < 16; i += 1) taken.push(farthestColor(taken).toLowerCase());
    expect(new Set(taken).size).toBe(16);
    const again: string[] = [];
    for (let i = 0; i < 16; i += 1) again.push(farthestColor([...taken, ...again]));
    expect(new Set(again).size).toBe(16);
    expect(farthestColor([...palette, ...palette.slice(1)])).toBe(palette[0]);
  });

  it('does not depend on the order of the existing ones', () => {
    const some = palette.slice(0, 9);
    expect(farthestColor([...some].reverse())).toBe(farthestColor(some));
  });
});
