import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../common/errors/app-error.ts';
import { type Kql, openKql } from '../support/kql.ts';

let kql: Kql;
beforeAll(async () => {
  kql = await openKql();
});

async function errorOf(text: string): Promise<AppError> {
  try {
    await kql.ask(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('no error');
}

/** Whatever happened before, the next query is answered. */
async function stillAnswers(): Promise<void> {
  expect((await kql.ask('print 1 + 1')).text).toEqual([['2']]);
}

describe('bad query text is an error with its place, and the engine lives', () => {
  it('a text of a megabyte is answered', async () => {
    const text = `print x = "${'a'.repeat(1_000_000)}" | project strlen(x)`;
    expect((await kql.ask(text)).text).toEqual([['1000000']]);
    await stillAnswers();
  });

  it('a list of 30,000 values is answered', async () => {
    const items = Array.from({ length: 30_000 }, (_, i) => `"value${i}"`).join(',');
    expect((await kql.ask(`print "value29999" in (${items})`)).text).toEqual([['True']]);
    await stillAnswers();
  });

  it.each([100, 500, 5_000])(
    '%i brackets around a number are an answer or an error',
    async (depth) => {
      const text = `print x = ${'('.repeat(depth)}1${')'.repeat(depth)}`;
      try {
        expect((await kql.ask(text)).text).toEqual([['1']]);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).kind).toBe('resource');
        expect((error as AppError).span?.line).toBe(1);
      }
      await stillAnswers();
    },
  );

  it('a million values for each row end with the limit named', async () => {
    const text = 'range i from 1 to 2000 step 1 | extend r = range(i, i + 1000000)';
    const error = await errorOf(`${text} | summarize max(array_length(r))`);
    expect([error.kind, error.code]).toEqual(['resource', 'values_too_large']);
    expect(error.message).toMatch(/^range\(\) would make more than 256 MB/);
    await stillAnswers();
  });

  it('a sum of 3,000 terms is answered or refused', async () => {
    const text = `print x = ${Array.from({ length: 3_000 }, () => '1').join(' + ')}`;
    try {
      expect((await kql.ask(text)).text).toEqual([['3000']]);
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).kind).not.toBe('internal');
    }
    await stillAnswers();
  });

  it('names with quotes, emoji and only case between them stay apart', async () => {
    const answer = await kql.ask(
      `datatable(['it"s']: long, ['a;--']: long, ['🦜 x']: long, a: long, A: long)[1, 2, 3, 4, 5] | extend b = ['it"s'] + ['a;--'] + ['🦜 x'] * 10 + a * 100 + A * 1000`,
    );
    expect(answer.columns.map((c) => c.name)).toEqual(['it"s', 'a;--', '🦜 x', 'a', 'A', 'b']);
    expect(answer.text).toEqual([['1', '2', '3', '4', '5', '5433']]);
  });

  it('text that looks like SQL stays text', async () => {
    const nasty = `'; DROP TABLE x; -- " \\\\ $1 {0} %s`;
    const answer = await kql.ask(`print v = "${nasty.replaceAll('"', '\\"')}"`);
    expect(answer.text[0]?.[0]).toBe(nasty.replaceAll('\\\\', '\\'));
  });

  it('an unknown column is named at its place', async () => {
    const error = await errorOf('print a = 1\n| where bb > 2');
    expect(error.kind).toBe('semantic');
    expect(error.message).toContain("'bb'");
    expect(error.span).toMatchObject({ line: 2, column: 9 });
  });

  it('what Calypso lacks is refused by name', async () => {
    const error = await errorOf('print 1 | evaluate python(typeof(*), "result = df")');
    expect(error.kind).toBe('unsupported');
    expect(error.message).toContain('python');
  });

  it('a function that calls itself is refused', async () => {
    const error = await errorOf('let f = (x: long) { f(x + 1) }; print f(1)');
    expect(['semantic', 'syntax']).toContain(error.kind);
    await stillAnswers();
  });

  it('an invalid regular expression says so', async () => {
    const error = await errorOf('print "a" matches regex "("');
    expect(error.kind).not.toBe('internal');
    await stillAnswers();
  });

  it('a range without end is refused with its limit', async () => {
    const error = await errorOf('range x from 1 to 1000000000000 step 1 | count');
    expect(error.message).toContain('rows');
    await stillAnswers();
  });
});

describe('what random queries found', () => {
  it.each([
    ['print x = isnull(3 - tolong(new_guid()))', 'True'],
    ['print x = isnull(tolong(new_guid()) / (3 % 2))', 'True'],
    ['print x = isnull(round(real(null), 9223372036854775807))', 'True'],
    ['print x = isnull(totimespan(datetime_list_timezones()) - 1s)', 'True'],
    ['print x = isnull(toreal(tohex(2147483647, 2147483647)))', 'True'],
    [
      `datatable(s: string)["1a2b"] | parse s with * "a" pa: long "b" *
        | parse kind=relaxed s with * "a" pa: long "b" * | project-reorder s | project pa`,
      '2',
    ],
  ])('%s', async (text, answer) => {
    expect((await kql.ask(text)).text).toEqual([[answer]]);
  });

  it('summarize without anything is refused', async () => {
    expect((await errorOf('print x = 1 | summarize')).code).toBe('summarize_nothing');
  });
});
