import { openTestHost } from '../support/test-host.ts';

/**
 * Ingests ten numbers after the other into a table with a transactional update policy and with materialized views,
 * and says each batch once it is acknowledged, until it is killed. Every few batches a view is filled anew.
 */
const own = openTestHost({}, process.argv[2] ?? '');
const [[known] = []] = await own.query('.show tables | where TableName == "T" | count');
if (known === '0') {
  for (const command of [
    '.create tables T (x: long), D (x: long, twice: long)',
    '.alter table D policy update \'[{"Source": "T", "Query": "T | extend twice = x * 2", "IsTransactional": true}]\'',
    '.create materialized-view OfT on table T { T | summarize n = count(), t = sum(x), a = avg(x) by g = x % 7 }',
    '.create materialized-view OfD on table D { D | summarize n = count(), t = sum(twice) }',
    '.create materialized-view Once on table T { T | summarize take_any(*) by g = x % 50 }',
    '.create materialized-view OverOnce on materialized-view Once { Once | summarize n = count() }',
  ])
    await own.query(command);
}
const [[last = '0'] = []] = await own.query('T | summarize tostring(coalesce(max(x), 0))');
for (let n = Number(last) / 10 + 1; ; n++) {
  await own.query(`.append T <| range x from ${n * 10 - 9} to ${n * 10} step 1`);
  process.stdout.write(`${n}\n`);
  if (n % 3 === 0) {
    const views = await own.query('.show materialized-views | project Name');
    if (views.flat().includes('Filled')) await own.query('.drop materialized-view Filled');
    await own.query(
      '.create materialized-view with (backfill=true) Filled on table T { T | summarize n = count(), t = sum(x) }',
    );
  }
}
