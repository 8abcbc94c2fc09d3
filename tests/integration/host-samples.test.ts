import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestHost, SAMPLES, type TestHost } from './support/test-host.ts';

let host: TestHost;

beforeAll(() => {
  host = openTestHost({ samples: SAMPLES });
});

afterAll(() => host.close());

it('each saved query answers, and most are drawn', async () => {
  const { queries } = await host.client.call('savedQueries.list', {});
  expect(queries).toHaveLength(8);
  const drawn: string[] = [];
  for (const { id, text, database } of queries) {
    const outcome = await host.client.call('query.run', { queryId: id, text, database });
    const [result] = outcome.results;
    expect(result?.rowCount, id).toBeGreaterThan(0);
    expect(outcome.warnings, id).toEqual([]);
    if (result?.visualization) drawn.push(result.visualization.kind);
  }
  expect(drawn).toHaveLength(7);
});

it('the tables keep names, types and nested values of their sources', async () => {
  expect(await host.query('BirdStrikes | summarize sum(["Cost Total $"])', 'Samples')).not.toEqual([
    ['0'],
  ]);
  expect(
    await host.query(
      'Earthquakes | summarize count(), countif(feature.properties.mag != magnitude), countif(feature.id != id), countif(isnull(["time"]))',
      'Samples',
    ),
  ).toEqual([['1707', '0', '0', '0']]);
});

it('a query that somebody removed stays removed', async () => {
  await host.client.call('savedQueries.remove', { id: 'sample-flights-per-day' });
  host = await host.reopen();
  const { queries } = await host.client.call('savedQueries.list', {});
  expect(queries.map((q) => q.id)).not.toContain('sample-flights-per-day');
  expect(queries).toHaveLength(7);
});
