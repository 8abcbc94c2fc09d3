import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../common/errors/app-error.ts';
import { type Kql, openKql } from '../support/kql.ts';

const VIEWS = `let Cats = view() { datatable(name: string, age: long, coat: string)['Tom', 3, 'grey', 'Kit', 5, 'red fox'] };
let Dogs = view() { datatable(name: string, age: long, tail: string)['Rex', 3, 'long red', 'Bo', 9, 'short'] };
`;

let kql: Kql;
beforeAll(async () => {
  kql = await openKql([]);
});

async function rows(text: string): Promise<string[]> {
  return (await kql.ask(VIEWS + text)).text.map((row) => row.join('|')).toSorted();
}

async function columns(text: string): Promise<string> {
  return (await kql.ask(VIEWS + text)).columns.map((c) => c.name).join();
}

async function codeOf(text: string): Promise<string> {
  try {
    await kql.ask(text);
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('views of the text', () => {
  it('are what find and search without tables look through, and what wildcards name', async () => {
    expect(await rows('find age == 3 project name')).toEqual(['Cats|Tom', 'Dogs|Rex']);
    expect(await rows('search "red" | project $table, name')).toEqual(['Cats|Kit', 'Dogs|Rex']);
    expect(await rows('union withsource=T C*, D* | where age > 3 | project T, name')).toEqual([
      'Cats|Kit',
      'Dogs|Bo',
    ]);
    expect(await rows('union isfuzzy=true C*, Horses* | count')).toEqual(['2']);
    expect(await codeOf('union Horses*')).toBe('KS142');
  });

  it('without the keyword stay functions', async () => {
    expect(
      await rows(
        'let Cows = () { print name = "Moo" }; union C* | project name | sort by name asc',
      ),
    ).toEqual(['Kit', 'Tom']);
  });
});

describe('find (page "find operator")', () => {
  it('takes a column that a table lacks for null, and leaves out tables with none of the columns', async () => {
    expect(
      await rows('find in (Cats, Dogs) where coat == "grey" or tail == "short" project name'),
    ).toEqual(['Cats|Tom', 'Dogs|Bo']);
    expect(await rows('find in (Cats, Dogs) where isempty(tail) project name')).toEqual([]);
  });

  it('packs all that is not projected', async () => {
    expect(await columns('find in (Cats, Dogs) where age == 3 project name, pack_all()')).toBe(
      'source_,name,pack_',
    );
    expect(await rows('find in (Cats) where age == 3 project name, pack_all()')).toEqual([
      'Cats|Tom|{"age":3,"coat":"grey"}',
    ]);
  });

  it('looks for bare terms in every column, and in queries in brackets', async () => {
    expect(await rows('find "red" | project source_, name')).toEqual(['Cats|Kit', 'Dogs|Rex']);
    expect(
      await rows(
        'find withsource=S in (Cats, (print name = "Tom")) where name == "Tom" project name',
      ),
    ).toEqual(['Cats|Tom', 'find_arg1|Tom']);
  });
});

describe('search (page "search operator")', () => {
  it('reads a star inside of a pattern as a part of one or several words', async () => {
    const words = `datatable(a: string)['Lab 1 PC', 'xLab PC', 'Lab PCs', 'lab-pc'] | search`;
    expect(await rows(`${words} "Lab*PC" | project a`)).toEqual(['Lab 1 PC', 'lab-pc']);
    expect(await rows(`${words} "Lab*PC*" | project a`)).toEqual(['Lab 1 PC', 'Lab PCs', 'lab-pc']);
    expect(await rows(`${words} kind=case_sensitive "Lab*PC" | project a`)).toEqual(['Lab 1 PC']);
  });
});

describe('parse-kv (page "parse-kv operator")', () => {
  const read = (text: string, rest: string): Promise<string[]> =>
    rows(`print s = '${text}' | parse-kv s as ${rest} | project-away s`);

  it('reads quoted keys, with several kinds of quotes', async () => {
    expect(
      await read(
        `a = 1; "b;c" = x; d=(1;2);e="q=r"`,
        `(a: long, ['b;c']: string, d: string, e: string) with (pair_delimiter=';', kv_delimiter='=', quote='()', quote='"')`,
      ),
    ).toEqual(['1|x|1;2|q=r']);
  });

  it('is greedy to the next key, quoted or not', async () => {
    expect(
      await read(
        `a=x,y,b=2,"c d"=5`,
        `(a: string, b: long, ['c d']: long) with (pair_delimiter=',', kv_delimiter='=', greedy=true, quote='"')`,
      ),
    ).toEqual(['x,y|2|5']);
  });

  it('without delimiters takes the word after the key', async () => {
    expect(
      await read(
        `10:00 [INFO] user_id:7, Text: "two \\\\" words" (end)`,
        `(user_id: long, Text: string, none: string) with (quote='"', escape='\\\\')`,
      ),
    ).toEqual(['7|two " words|']);
    expect(await read('a:1 b-2 a:3 ab:4', '(a: long, b: long)')).toEqual(['1|2']);
  });
});

describe('toscalar (page "toscalar()")', () => {
  it('refuses what differs from row to row', async () => {
    const f = 'let f = (y: long) { toscalar(range x from 1 to 3 step 1 | where x == y) };';
    expect(await codeOf(`${f} range x from 1 to 2 step 1 | extend z = f(x)`)).toBe('row_context');
    expect(await rows(`${f} range x from 1 to 2 step 1 | extend z = f(2)`)).toEqual(['1|2', '2|2']);
  });
});

describe('graph-match', () => {
  it('counts the edges of a way by array_length of their name, whatever else is called so', async () => {
    const G = `let e = datatable(a: string, b: string)['x', 'y', 'y', 'z']; e | make-graph a --> b with_node_id=n`;
    expect(
      await rows(
        `${G} | graph-match (p)-[e*1..3]->(q) where p.n == "x" project q.n, array_length(e)`,
      ),
    ).toEqual(['y|1', 'z|2']);
    expect(
      await rows(
        `${G} | graph-match (p)-[e]->(q) where q.n == "z" project tostring(e), tostring(p)`,
      ),
    ).toEqual(['{"a":"y","b":"z"}|{"n":"y"}']);
  });
});

describe('mv-apply (page "mv-apply operator")', () => {
  it('keeps the order of the elements', async () => {
    const answer = await kql.ask(
      'datatable(i: int, a: dynamic)[0, dynamic([7]), 1, dynamic([6, 11, 7])] | mv-apply b = a to typeof(long) on (take 9) | project b',
    );
    expect(answer.text.flat()).toEqual(['7', '6', '11', '7']);
  });
});
