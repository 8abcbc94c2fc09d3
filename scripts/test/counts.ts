/** What a run of tests came to. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
}

export interface SkippedTest {
  readonly name: string;
  /** Why, if the test says so. */
  readonly reason: string | undefined;
}

export const NOTHING: Counts = { passed: 0, failed: 0, skipped: [] };

export function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: [...a.skipped, ...b.skipped],
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

/** Counts of Playwright's JSON report. A test that passed only when it was tried again has failed. */
export function readPlaywright(text: string): Counts {
  const counts = { passed: 0, failed: 0, skipped: [] as SkippedTest[] };
  const visit = (suite: PlaywrightSuite): void => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests) {
        if (test.status === 'expected') counts.passed++;
        else if (test.status === 'skipped')
          counts.skipped.push({
            name: `${spec.file}: ${spec.title}`,
            reason: test.annotations.find((note) => note.type === 'skip')?.description,
          });
        else counts.failed++;
      }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  visit(JSON.parse(text) as PlaywrightSuite);
  return counts;
}
