import { describe, expect, it } from 'vitest';
import type { SchemaInfo, TableInfo } from '../../../common/contract/schema.ts';
import { compile, compileViewStep } from '../compile.ts';
import { planText } from '../plan/print.ts';
import { GlobalsCache } from '../syntax/globals.ts';
import { ViewBinder } from './bind-view.ts';

const NOW = 638_000_000_000_000_000n;
const table = (name: string, columns: TableInfo['columns']): TableInfo => ({
  name,
  kind: 'table',
  columns,
  folder: '',
  docstring: '',
  rowCount: 0,
  sizeBytes: 0,
  extentCount: 0,
});

const T = table('T', [
  { name: 'k', type: 'string' },
  { name: 'x', type: 'long' },
  { name: 'at', type: 'datetime' },
]);

function globalsWith(...tables: TableInfo[]): GlobalsCache {
  const schema: SchemaInfo = {
    version: 1,
    databases: [{ name: 'D', prettyName: '', readOnly: false, functions: [], tables }],
  };
  const globals = new GlobalsCache();
  globals.set(schema);
  return globals;
}

function described(query: string): ReturnType<ViewBinder['describe']> {
  return new ViewBinder(globalsWith(T), NOW).describe({
    database: 'D',
    name: 'V',
    source: 'T',
    query,
    dimensionTables: [],
  });
}

function viewOf(query: string, more: Partial<TableInfo['view']> = {}): TableInfo {
  const { columns, stored, dedup } = described(query);
  return {
    ...table('V', [...columns]),
    kind: 'materializedView',
    view: {
      source: 'T',
      sourceKind: 'table',
      query,
      dedup,
      autoUpdateSchema: false,
      dimensionTables: [],
      stored: [...stored],
      ...more,
    },
  };
}

const plan = (text: string, view: TableInfo): string => {
  const compiled = compile(text, globalsWith(T, view), { database: 'D', now: NOW, parameters: {} });
  return compiled.results.map((result) => planText(result.plan)).join('\n');
};

describe('what is kept', () => {
  it('is one state for several columns that need the same', () => {
    const { stored } = described('T | summarize percentiles(x, 5, 50), percentile(x, 95) by k');
    expect(stored.map((c) => c.name)).toEqual(['k', '·tdigest(x)']);
  });

  it('is a sum in digits and a count for an average of whole numbers', () => {
    const { stored } = described('T | summarize avg(x)');
    expect(stored).toEqual([
      { name: '·__exact_sum(x)', type: 'string' },
      { name: '·countif(isnotnull(x))', type: 'long' },
      { name: '·rows', type: 'long' },
    ]);
  });

  it('is called after what it is, so that it is found again in another order', () => {
    const names = (query: string): string[] => described(query).stored.map((c) => c.name);
    const one = names('T | summarize a = sum(x), b = max(at) by k');
    const other = names('T | summarize m = max(at), s = sum(x), c = count() by k');
    expect(other).toEqual(expect.arrayContaining(one));
  });

  it('are the rows themselves where each key is kept once', () => {
    expect(described('T | summarize take_any(*) by k')).toMatchObject({
      dedup: true,
      stored: [{ name: 'k' }, { name: 'x' }, { name: 'at' }],
    });
    expect(described('T | summarize take_any(x) by k').dedup).toBe(false);
    expect(described('T | summarize take_any(*)').dedup).toBe(false);
  });
});

describe('a query', () => {
  const view = viewOf('T | where x > 0 | summarize n = count() by k');

  it('of the view reads its states and what is not in it yet', () => {
    const text = plan('V', view);
    expect(text).toContain('scan D.V');
    expect(text).toContain('scan D.T (not yet in V)');
  });

  it('of the materialized part reads the states alone', () => {
    const text = plan('materialized_view("V")', view);
    expect(text).toContain('scan D.V');
    expect(text).not.toContain('scan D.T');
  });

  it('with an age reads all if the part is older', () => {
    const since = (NOW - 6_000_000_000n).toString();
    const late = viewOf('T | summarize n = count() by k', { behindSince: since });
    expect(plan('materialized_view("V", 5m)', late)).toContain('scan D.T (not yet in V)');
    expect(plan('materialized_view("V", 15m)', late)).not.toContain('scan D.T');
    expect(plan('materialized_view("V", 1s)', view)).not.toContain('scan D.T');
  });

  it('of the source reads all of it', () => {
    expect(plan('T | count', view)).toContain('scan D.T ');
    expect(plan('T | count', view)).not.toContain('not yet');
  });

  it('of a view whose source has gone is refused', () => {
    const broken = viewOf('T | summarize n = count() by k', { broken: 'gone' });
    expect(() => plan('print 1; V', broken)).toThrow(
      expect.objectContaining({
        code: 'view_unreadable',
        span: { start: 9, length: 1, line: 1, column: 10 },
      }),
    );
    expect(plan('materialized_view("V")', broken)).toContain('scan D.V');
  });
});

describe('a piece of work', () => {
  const view = viewOf('T | summarize n = count() by k');
  const step = (name: 'delta' | 'merge', of = view): string =>
    compileViewStep(globalsWith(T, of), { database: 'D', name: 'V', step: name }, NOW)
      .results.map((result) => planText(result.plan))
      .join('\n');

  it('makes states of new rows, without a look at the old ones', () => {
    expect(step('delta')).toContain('scan D.T (not yet in V)');
    expect(step('delta')).not.toContain('scan D.V');
  });

  it('makes one state of several', () => {
    expect(step('merge')).toContain('aggregate ·count() = sum(·count()) by k');
    expect(step('merge')).not.toContain('scan D.T');
  });

  it('keeps new keys only where each is kept once', () => {
    expect(step('delta', viewOf('T | summarize take_any(*) by k'))).toContain('new keys');
  });
});
