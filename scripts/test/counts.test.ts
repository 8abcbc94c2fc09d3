import { describe, expect, it } from 'vitest';
import { add, closingLine, NOTHING, readPlaywright, readVitest, withStatus } from './counts.ts';

describe('counts', () => {
  it('reads what Vitest reports', () => {
    const text = JSON.stringify({
      testResults: [
        {
          assertionResults: [
            { fullName: 'a', status: 'passed' },
            { fullName: 'b', status: 'failed' },
            { fullName: 'c', status: 'skipped', meta: { skipReason: 'no data' } },
            { fullName: 'd', status: 'todo' },
            { fullName: 'e', status: 'passed', failureMessages: ['at first'] },
          ],
        },
      ],
    });
    expect(readVitest(text)).toEqual({
      passed: 2,
      failed: 1,
      skipped: [
        { name: 'c', reason: 'no data' },
        { name: 'd', reason: undefined },
      ],
      flaky: ['e'],
    });
  });

  it('reads what Playwright reports, at any depth', () => {
    const spec = (title: string, status: string, annotations: object[] = []) => ({
      title,
      file: 'x.spec.ts',
      tests: [{ status, annotations }],
    });
    const text = JSON.stringify({
      suites: [
        {
          specs: [spec('a', 'expected'), spec('b', 'flaky')],
          suites: [
            {
              specs: [
                spec('c', 'unexpected'),
                spec('d', 'skipped', [{ type: 'skip', description: 'no binary' }]),
              ],
            },
          ],
        },
      ],
    });
    expect(readPlaywright(text)).toEqual({
      passed: 2,
      failed: 1,
      skipped: [{ name: 'x.spec.ts: d', reason: 'no binary' }],
      flaky: ['x.spec.ts: b'],
    });
  });

  it('adds up to one line', () => {
    const one = { ...NOTHING, passed: 2, failed: 1, skipped: [{ name: 'x', reason: undefined }] };
    expect(closingLine(add(add(NOTHING, one), one))).toBe('4 passed, 2 failed, 2 skipped');
  });

  it('counts a runner that broke as a failure', () => {
    expect(withStatus({ ...NOTHING, passed: 3 }, 1).failed).toBe(1);
    expect(withStatus({ ...NOTHING, failed: 2 }, 1).failed).toBe(2);
    expect(withStatus({ ...NOTHING, passed: 3 }, 0).failed).toBe(0);
  });
});
