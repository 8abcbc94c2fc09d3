import '@kusto/language-service-next/bridge.min.js';
import '@kusto/language-service-next/Kusto.Language.Bridge.min.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SchemaInfo } from '../../../../common/contract/schema.ts';
import { DEFAULT_FORMAT } from './formatting.ts';
import { kustoLanguage } from './library.ts';
import { createLanguageService } from './service.ts';

const schema: SchemaInfo = {
  version: 1,
  databases: [
    {
      name: 'Samples',
      prettyName: '',
      readOnly: false,
      tables: [
        {
          name: 'Flights',
          kind: 'table',
          columns: [
            { name: 'Origin', type: 'string' },
            { name: 'Delay', type: 'real' },
            { name: 'Wildlife: Size', type: 'string' },
          ],
          folder: '',
          docstring: 'every flight',
          rowCount: 3,
          sizeBytes: 1,
          extentCount: 1,
        },
        {
          name: 'DailyFlights',
          kind: 'materializedView',
          columns: [{ name: 'n', type: 'long' }],
          folder: '',
          docstring: 'flights per day',
          rowCount: 1,
          sizeBytes: 1,
          extentCount: 1,
        },
        {
          name: 'OldFlights',
          kind: 'externalTable',
          columns: [{ name: 'Origin', type: 'string' }],
          folder: '',
          docstring: '',
          rowCount: 0,
          sizeBytes: 0,
          extentCount: 0,
        },
      ],
      functions: [
        {
          name: 'LateBy',
          parameters: '(t: (Delay: real), least: real = 15.0)',
          body: '{ t | where Delay >= least }',
          folder: '',
          docstring: 'rows that are late',
          isView: false,
        },
        {
          name: 'Late',
          parameters: '(x: real)',
          body: '{ Flights | where Delay > x }',
          folder: '',
          docstring: 'late flights',
          isView: false,
        },
      ],
    },
  ],
};

const service = createLanguageService(kustoLanguage());
const at = (text: string): { text: string; offset: number } => ({
  text: text.replace('¦', ''),
  offset: text.indexOf('¦'),
});

function open(marked: string): number {
  const { text, offset } = at(marked);
  service.sync('d', { text, database: 'Samples' });
  return offset;
}

beforeAll(() => {
  service.setSchema('', { schema });
});

describe('language service', () => {
  it('completes columns in scope and quotes odd names', () => {
    const offset = open('Flights\n| where ¦');
    const { items } = service.complete('d', { offset });
    expect(items.find((item) => item.label === 'Delay')?.kind).toBe('Column');
    expect(items.find((item) => item.label === 'Wildlife: Size')?.before).toBe(
      "['Wildlife: Size']",
    );
    expect(items.some((item) => item.match === 'strcat' && item.after === ')')).toBe(true);
  });

  it('inserts the name of a table without a pipe', () => {
    const offset = open('Fli¦');
    const { items } = service.complete('d', { offset });
    expect(items.find((item) => item.label === 'Flights')?.before).toBe('Flights');
  });

  it('offers stored functions, views and external tables, and says what they are', () => {
    const kinds = (marked: string): Map<string, string> => {
      const { items } = service.complete('d', { offset: open(marked) });
      return new Map(items.map((item) => [item.label, item.kind]));
    };
    const names = kinds('¦');
    // The library's own spelling.
    expect(names.get('DailyFlights')).toBe('MaterialiedView');
    expect([...names.keys()].some((name) => name.startsWith('LateBy'))).toBe(true);
    expect([...kinds('external_table(¦)').keys()].join()).toContain('OldFlights');
    const hover = (marked: string): string =>
      service.hover('d', { offset: open(marked) })?.texts.join('\n') ?? '';
    expect(hover('Flig¦hts')).toContain('every flight');
    expect(hover('Daily¦Flights')).toContain('flights per day');
    expect(hover('Late¦By(Flights)')).toContain('rows that are late');
    const signature = service.signature('d', { offset: open('LateBy(Flights, ¦') });
    expect(JSON.stringify(signature)).toContain('t: (Delay: real)');
    expect(JSON.stringify(signature)).toContain('[least: real = 15.0]');
  });

  it('offers no bare punctuation, so that Enter after a name is a new line', () => {
    for (const marked of ['Flights¦', 'Flights ¦', 'Flights | take 5¦']) {
      const offset = open(marked);
      const { items } = service.complete('d', { offset });
      expect(items.filter((item) => !/\w/.test(item.match)).map((item) => item.label)).toEqual([]);
    }
  });

  it('completes in a later block with offsets of the document', () => {
    const offset = open('print 1\n\nFlights\n| where Ori¦');
    const { edit } = service.complete('d', { offset });
    expect(edit).toEqual({ start: offset - 3, length: 3 });
  });

  it('tells the type of a name under the pointer', () => {
    const offset = open('Flights | where De¦lay > 1');
    expect(service.hover('d', { offset })).toMatchObject({
      range: { start: 16, length: 5 },
      texts: ['Delay: real'],
    });
  });

  it('describes a completion as if it had been taken', () => {
    const offset = open('Flights | where ¦');
    const info = service.describe('d', {
      offset: offset + 1,
      edit: { start: offset, length: 0, text: 'Delay' },
    });
    expect(info?.texts).toEqual(['Delay: real']);
  });

  it('marks unknown names at their place in the document', () => {
    open('print 1\n\nFlights\n| where Orig == "x"¦');
    const [first] = service.diagnostics('d', {});
    expect(first).toMatchObject({
      severity: 'error',
      code: 'KS142',
      span: { start: 25, length: 4, line: 4, column: 9 },
    });
  });

  it('follows a schema that changes', () => {
    open('Late(1.5) | where Delay > 2¦');
    expect(service.diagnostics('d', {})).toEqual([]);
    service.setSchema('', { schema: { version: 2, databases: [] } });
    expect(service.diagnostics('d', {})).not.toEqual([]);
    service.setSchema('', { schema });
    expect(service.diagnostics('d', {})).toEqual([]);
  });

  it('knows which argument is being typed', () => {
    const offset = open('Flights | extend a = strcat(Origin, substring(Origin, ¦');
    expect(service.signature('d', { offset })).toMatchObject({
      name: 'substring',
      activeParameter: 1,
    });
    const inner = open('Flights | extend a = strcat("a(", Origin, ¦)');
    expect(service.signature('d', { offset: inner })?.name).toBe('strcat');
  });

  it('shows the parameters of a stored function', () => {
    const offset = open('Late(¦)');
    expect(service.signature('d', { offset })?.signatures[0]?.label).toBe('Late(x: real)');
  });

  it('formats only the blocks that are asked for and keeps the blank lines', () => {
    const { text } = at('Flights|where Delay>1|count\n\n\nprint  1\n¦');
    service.sync('d', { text, database: 'Samples' });
    const edits = service.format('d', { start: 0, length: 1, options: DEFAULT_FORMAT });
    expect(edits).toEqual([{ start: 0, length: 27, text: 'Flights\n| where Delay > 1\n| count' }]);
  });

  it('finds declaration and references of a variable', () => {
    const offset = open('let y = 1;\nFlights | where Delay > ¦y');
    const { ranges } = service.related('d', { offset });
    expect(ranges).toEqual([
      { start: 4, length: 1, declaration: true, syntax: false },
      { start: 35, length: 1, declaration: false, syntax: false },
    ]);
  });

  it('extracts a literal of a later block into a let', () => {
    const { text, offset } = at('print 1\n\nFlights\n| where Origin == ¦"ABC"');
    service.sync('d', { text, database: 'Samples' });
    const actions = service.actions('d', { offset, selection: { start: offset, length: 5 } });
    const extract = actions.find((action) => action.title.startsWith('Extract'));
    const { edits } = service.applyAction('d', { offset, key: extract?.key ?? '' });
    expect(edits).toEqual([
      { start: 9, length: 0, text: 'let varName = "ABC";\n' },
      { start: offset, length: 5, text: 'varName' },
    ]);
  });

  it('classifies within the range that is asked for', () => {
    const { text } = at('Flights | where Delay > 1¦');
    service.sync('d', { text, database: 'Samples' });
    const kinds = service.tokens('d', { start: 10, length: 11 });
    expect(kinds.filter((token) => token.kind !== 'PlainText')).toEqual([
      { start: 10, length: 5, kind: 'QueryOperator' },
      { start: 16, length: 5, kind: 'Column' },
    ]);
  });

  it('refuses documents that are not open', () => {
    expect(() => service.hover('nobody', { offset: 0 })).toThrow('not open');
  });
});
