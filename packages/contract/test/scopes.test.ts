import { covers, isScope } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';

describe('covers', () => {
  it.each([
    [['*'], 'tickets:read', true],
    [['*'], 'tickets:write', true],
    [['tickets:read'], 'tickets:read', true],
    [['tickets:read'], 'tickets:write', false],
    [['tickets:write'], 'tickets:read', true],
    [['tickets:write'], 'tickets:write', true],
    [['tickets:write'], 'projects:read', false],
    [['tickets:read', 'executions:read'], 'executions:write', false],
    [['tickets:read', 'executions:read'], 'agents:read', false],
    [['tickets:write'], 'ticket:read', false],
    [['ticket:write'], 'tickets:read', false],
  ])('%j asked for %s: %s', (held, wanted, expected) => {
    expect(covers(held, wanted)).toBe(expected);
  });

  it('no scopes means no access', () => {
    expect(covers([], 'tickets:read')).toBe(false);
  });

  it('taking a scope away never widens the answer', () => {
    const all = ['*', 'a:read', 'a:write', 'b:read', 'b:write'];
    const subsets = Array.from({ length: 2 ** all.length }, (_, bits) => all.filter((_scope, i) => bits & (1 << i)));
    for (const held of subsets) {
      for (const wanted of ['a:read', 'a:write', 'b:read', 'b:write', 'c:read']) {
        for (const taken of held) {
          const fewer = held.filter((scope) => scope !== taken);
          if (!covers(held, wanted)) expect(covers(fewer, wanted)).toBe(false);
        }
      }
    }
  });

  it.each(['tickets', 'tickets:', ':read', 'Tickets:read', 'a:b:c', '*', '', 'tickets:read '])('%j is not a scope', (text) => {
    expect(isScope(text)).toBe(false);
  });
});
