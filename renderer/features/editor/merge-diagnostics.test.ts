import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../common/contract/values.ts';
import { mergeDiagnostics, shiftDiagnostics } from './merge-diagnostics.ts';

const at = (start: number, length: number, code: string, message = code): Diagnostic => ({
  severity: 'error',
  code,
  message,
  span: { start, length, line: 1, column: start + 1 },
});

describe('mergeDiagnostics', () => {
  it('says the same fault once', () => {
    expect(mergeDiagnostics([at(4, 3, 'KS142')], [at(4, 3, 'KS142')])).toEqual([at(4, 3, 'KS142')]);
  });

  it('keeps two faults of one place and one fault of two places', () => {
    const merged = mergeDiagnostics(
      [at(4, 3, 'KS142')],
      [at(4, 3, 'not_implemented'), at(9, 3, 'KS142')],
    );
    expect(merged).toHaveLength(3);
  });

  it('takes the words for the code where codes differ between checkers', () => {
    expect(
      mergeDiagnostics([at(0, 5, 'KS001', 'Expected: )')], [at(0, 4, 'syntax', 'Expected: )')]),
    ).toEqual([at(0, 5, 'KS001', 'Expected: )')]);
  });

  it('sorts by place, errors before hints', () => {
    const hint: Diagnostic = { ...at(2, 1, 'hint'), severity: 'suggestion' };
    expect(mergeDiagnostics([at(9, 1, 'b'), hint, at(2, 1, 'a')]).map((d) => d.code)).toEqual([
      'a',
      'hint',
      'b',
    ]);
  });
});

describe('shiftDiagnostics', () => {
  it('moves spans from a block into its document', () => {
    expect(shiftDiagnostics([at(4, 3, 'x')], 100, 7)[0]?.span).toEqual({
      start: 104,
      length: 3,
      line: 7,
      column: 5,
    });
  });
});
