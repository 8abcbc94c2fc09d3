/** What a run of tests came to. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
  /** Passed, but only when they were tried again. */
  readonly flaky: readonly string[];
}

export interface SkippedTest {
  readonly name: string;
  /** Why, if the test says so. */
  readonly reason: string | undefined;
}

export const NOTHING: Counts = { passed: 0, failed: 0, skipped: [], flaky: [] };

export function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: [...a.skipped, ...b.skipped],
    flaky: [...a.flaky, ...b.flaky],
  };
}

/** A runner that ended with a fault has failed, even if no test of it has. */
export function withStatus(counts: Counts, status: number): Counts {
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** The last line of a run. */
export function closingLine(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`;
}

interface VitestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
      readonly meta?: { readonly skipReason?: string };
    }[];
  }[];
}

/** Counts of Vitest's JSON report. */
export function readVitest(text: string): Counts {
  const report = JSON.parse(text) as VitestReport;
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter((test) => test.status === 'failed').length,
    skipped: tests
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map((test) => ({ name: test.fullName, reason: test.meta?.skipReason })),
    flaky: tests
      .filter((test) => test.status === 'passed' && (test.failureMessages ?? []).length > 0)
      .map((test) => test.fullName),
  };
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly {
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
}

/** Counts of Playwright's JSON report. */
export function readPlaywright(text: string): Counts {
  const counts = { passed: 0, failed: 0, skipped: [] as SkippedTest[], flaky: [] as string[] };
  const visit = (suite: PlaywrightSuite): void => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests) {
        if (test.status === 'expected' || test.status === 'flaky') counts.passed++;
        if (test.status === 'flaky') counts.flaky.push(`${spec.file}: ${spec.title}`);
        if (test.status === 'skipped')
          counts.skipped.push({
            name: `${spec.file}: ${spec.title}`,
            reason: test.annotations.find((note) => note.type === 'skip')?.description,
          });
        if (test.status === 'unexpected') counts.failed++;
      }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  visit(JSON.parse(text) as PlaywrightSuite);
  return counts;
}
