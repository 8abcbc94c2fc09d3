import { describe, expect, it } from 'vitest';
import { columnNames } from './column-names.ts';
import { inferColumn } from './infer-column.ts';

describe('types of texts', () => {
  it.each([
    [['true', 'FALSE', ''], 'bool'],
    [['1', '-2', 'NA', '9223372036854775807'], 'long'],
    [['1', '9223372036854775808'], 'string'],
    [['1', '2.5', '1e9', 'nan'], 'real'],
    [['01234', '00501'], 'string'],
    [['2024-01-01', '2024-01-01T00:00:00.1234567+02:00'], 'datetime'],
    [['2024-13-01'], 'string'],
    [['1.00:00:01', '00:00:02.5'], 'timespan'],
    [['6f9619ff-8b86-d011-b42d-00cf4fc964ff'], 'guid'],
    [['{"a":1}', '[1]'], 'dynamic'],
    [['{"a":1', '[1]'], 'string'],
    [['', null], 'string'],
    [['1', 'x'], 'string'],
  ])('%j is %s', (texts, type) => {
    expect(inferColumn('c', texts).type).toBe(type);
  });

  it('groups of thousands', () => {
    expect(inferColumn('c', ['1,234', '12', '1,234,567'])).toEqual({
      type: 'long',
      thousands: ',',
    });
    expect(inferColumn('c', ['1,234.5', '0.5'])).toEqual({ type: 'real', thousands: ',' });
    expect(inferColumn('c', ['1,234', '5678']).type).toBe('string');
  });
});

describe('dates', () => {
  it.each([
    [['31/01/2024', '01/02/2024'], '%d/%m/%Y'],
    [['01/31/2024 13:05', '02/01/2024 00:00'], '%m/%d/%Y %H:%M'],
    [['31.01.2024 13:05:59'], '%d.%m.%Y %H:%M:%S'],
    [['12/31/2024 11:59:59 PM'], '%m/%d/%Y %I:%M:%S %p'],
    [['29-Feb-2024'], '%d-%b-%Y'],
    [['10/Oct/2000:13:55:36 -0700'], '%d/%b/%Y:%H:%M:%S %z'],
  ])('%j', (texts, format) => {
    expect(inferColumn('c', texts)).toMatchObject({ type: 'datetime', format });
  });

  it('says when day and month cannot be told apart, and refuses contradictions', () => {
    expect(inferColumn('c', ['01/02/2024']).note).toMatch(/month first/);
    expect(inferColumn('c', ['31/01/2024', '01/31/2024']).type).toBe('string');
  });
});

describe('numbers that are moments', () => {
  it('needs name and range', () => {
    expect(inferColumn('event_time', ['1700000000'])).toMatchObject({
      type: 'datetime',
      transform: 'DateTimeFromUnixSeconds',
    });
    expect(inferColumn('ts', ['1700000000123'])).toMatchObject({
      transform: 'DateTimeFromUnixMilliseconds',
    });
    expect(inferColumn('created_at', ['1700000000123456'])).toMatchObject({
      transform: 'DateTimeFromUnixMicroseconds',
    });
    expect(inferColumn('visitors', ['1700000000']).type).toBe('long');
    expect(inferColumn('event_time', ['1700000000', '12']).type).toBe('long');
    expect(inferColumn('ticks', ['638448087001234567'])).toMatchObject({
      type: 'datetime',
      format: 'ticks',
    });
  });
});

it('names of columns', () => {
  expect(columnNames(['a', 'a', '', 'A', ' b\n'])).toEqual({
    names: ['a', 'a_1', 'Column3', 'A', 'b'],
    notes: ['a second column a is called a_1', 'column 3 had no name and is called Column3'],
  });
});
