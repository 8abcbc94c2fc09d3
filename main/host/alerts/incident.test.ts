import { describe, expect, it } from 'vitest';
import { type Finding, judge, QUIET, step } from './incident.ts';

const ONCE = { fireAfter: 1, resolveAfter: 1, tellEnd: true };

/** What is told over a series of findings, one per second: f(ired), r(epeated), e(nd) or nothing. */
function told(findings: string, rules: Parameters<typeof step>[2]): string {
  const means: Record<string, Finding> = { '!': 'found', '.': 'none', '-': 'between' };
  const marks = { fired: 'f', repeated: 'r', resolved: 'e' };
  let state = QUIET;
  let ids = 0;
  return [...findings]
    .map((mark, second) => {
      const next = step(state, means[mark] ?? 'none', rules, second * 1_000, () => `i${++ids}`);
      state = next.state;
      return next.tell ? marks[next.tell.kind] : ' ';
    })
    .join('');
}

describe('an incident', () => {
  it.each([
    ['!!!..!', 'f  e f', ONCE],
    ['!!!..!', 'f    f', { ...ONCE, tellEnd: false }],
    ['!.!!.!!!', '   f  f ', { ...ONCE, fireAfter: 2, tellEnd: false }],
    ['!!.!..!', 'f    ef', { ...ONCE, resolveAfter: 2 }],
    ['!!!!!!', 'f  r  ', { ...ONCE, repeatSeconds: 3 }],
    ['!!!', 'frr', { ...ONCE, repeatSeconds: 0 }],
    ['!--.-!', 'f  e f', ONCE],
  ])('%s tells %s', (findings, expected, rules) => {
    expect(told(findings, rules)).toBe(expected);
  });

  it('has one name from its begin to its end', () => {
    const begun = step(QUIET, 'found', ONCE, 0, () => 'a');
    const over = step(begun.state, 'none', ONCE, 1, () => 'b');
    expect([begun.tell?.incident, over.tell?.incident]).toEqual(['a', 'a']);
  });
});

describe('an answer', () => {
  it.each([
    [{ kind: 'rows', above: 0 }, 0, null, 'none'],
    [{ kind: 'rows', above: 0 }, 1, null, 'found'],
    [{ kind: 'rows', above: 5 }, 5, null, 'none'],
    [{ kind: 'fewRows', below: 1 }, 0, null, 'found'],
    [{ kind: 'value', column: 'v', is: 'above', limit: 90, back: 80 }, 1, 91, 'found'],
    [{ kind: 'value', column: 'v', is: 'above', limit: 90, back: 80 }, 1, 90, 'between'],
    [{ kind: 'value', column: 'v', is: 'above', limit: 90, back: 80 }, 1, 80, 'none'],
    [{ kind: 'value', column: 'v', is: 'above', limit: 90 }, 1, 90, 'none'],
    [{ kind: 'value', column: 'v', is: 'below', limit: 10, back: 20 }, 1, 15, 'between'],
    [{ kind: 'value', column: 'v', is: 'below', limit: 10 }, 0, null, 'none'],
  ] as const)('%j with %i rows and %s is %s', (condition, rows, value, expected) => {
    expect(judge(condition, rows, value)).toBe(expected);
  });
});
