import { type Figure, isEntry, numberArgument, printFigures } from './ingest-figures.ts';
import { compare, openSession, type Question } from './session.ts';
import { webDay, webTable } from './web-table.ts';

/** Forty-three questions that people ask of web analytics, in KQL and in SQL, over a hundred columns. */

const MINUTE = 600_000_000n;
/** A busy site: the views of sites are skewed towards low numbers. */
const SITE = 3;
const inMarch = (from: number, to: number): string =>
  `"EventDay" >= ${webDay(from)} AND "EventDay" <= ${webDay(to)}`;
const ofSite = (from: string, to: string): string =>
  `Views | where SiteId == ${SITE} and EventDay between (datetime(2025-03-${from}) .. datetime(2025-03-${to})) and IsRefresh == 0`;
const OF_SITE = (from: number, to: number): string =>
  `FROM Views WHERE "SiteId" = ${SITE} AND ${inMarch(from, to)} AND "IsRefresh" = 0`;

const same =
  (...columns: readonly number[]): NonNullable<Question['same']> =>
  (a, b) =>
    columns.every((c) => String(a[c]) === String(b[c]));

const QUESTIONS: readonly Question[] = [
  { name: '1 all views', kql: 'Views | count', sql: 'SELECT count(*) FROM Views' },
  {
    name: '2 views from an ad network',
    kql: 'Views | where AdNetwork != 0 | count',
    sql: 'SELECT count(*) FROM Views WHERE "AdNetwork" <> 0',
  },
  {
    name: '3 a sum, a count, an average',
    kql: 'Views | summarize sum(AdNetwork), count(), avg(ScreenWidth)',
    sql: 'SELECT sum("AdNetwork")::BIGINT, count(*), avg("ScreenWidth") FROM Views',
  },
  {
    name: '4 average of large numbers',
    kql: 'Views | summarize avg(VisitorId)',
    sql: 'SELECT avg("VisitorId") FROM Views',
  },
  {
    name: '5 how many visitors',
    kql: 'Views | summarize count_distinct(VisitorId)',
    sql: 'SELECT count(DISTINCT "VisitorId") FROM Views',
  },
  {
    name: '6 how many search phrases',
    kql: 'Views | summarize count_distinct(SearchPhrase)',
    sql: 'SELECT count(DISTINCT "SearchPhrase") FROM Views',
  },
  {
    name: '7 first and last day',
    kql: 'Views | summarize min(EventDay), max(EventDay)',
    sql: 'SELECT min("EventDay"), max("EventDay") FROM Views',
  },
  {
    name: '8 views by ad network',
    kql: 'Views | where AdNetwork != 0 | summarize n = count() by AdNetwork | sort by n desc',
    sql: 'SELECT "AdNetwork", count(*) AS n FROM Views WHERE "AdNetwork" <> 0 GROUP BY 1 ORDER BY n DESC',
  },
  {
    name: '9 regions with most visitors',
    kql: 'Views | summarize u = count_distinct(VisitorId) by RegionId | top 10 by u',
    sql: 'SELECT "RegionId", count(DISTINCT "VisitorId") AS u FROM Views GROUP BY 1 ORDER BY u DESC LIMIT 10',
    same: same(1),
  },
  {
    name: '10 regions in four figures',
    kql: 'Views | summarize s = sum(AdNetwork), n = count(), w = avg(ScreenWidth), u = count_distinct(VisitorId) by RegionId | top 10 by n',
    sql: 'SELECT "RegionId", sum("AdNetwork")::BIGINT, count(*) AS n, avg("ScreenWidth"), count(DISTINCT "VisitorId") FROM Views GROUP BY 1 ORDER BY n DESC LIMIT 10',
    same: same(2),
  },
  {
    name: '11 device models by visitors',
    kql: 'Views | where isnotempty(DeviceModel) | summarize u = count_distinct(VisitorId) by DeviceModel | top 10 by u',
    sql: `SELECT "DeviceModel", count(DISTINCT "VisitorId") AS u FROM Views WHERE "DeviceModel" <> '' GROUP BY 1 ORDER BY u DESC LIMIT 10`,
    same: same(1),
  },
  {
    name: '12 makers and models by visitors',
    kql: 'Views | where isnotempty(DeviceModel) | summarize u = count_distinct(VisitorId) by DeviceMaker, DeviceModel | top 10 by u',
    sql: `SELECT "DeviceMaker", "DeviceModel", count(DISTINCT "VisitorId") AS u FROM Views WHERE "DeviceModel" <> '' GROUP BY 1, 2 ORDER BY u DESC LIMIT 10`,
    same: same(2),
  },
  {
    name: '13 frequent search phrases',
    kql: 'Views | where isnotempty(SearchPhrase) | summarize n = count() by SearchPhrase | top 10 by n',
    sql: `SELECT "SearchPhrase", count(*) AS n FROM Views WHERE "SearchPhrase" <> '' GROUP BY 1 ORDER BY n DESC LIMIT 10`,
    same: same(1),
  },
  {
    name: '14 search phrases by visitors',
    kql: 'Views | where isnotempty(SearchPhrase) | summarize u = count_distinct(VisitorId) by SearchPhrase | top 10 by u',
    sql: `SELECT "SearchPhrase", count(DISTINCT "VisitorId") AS u FROM Views WHERE "SearchPhrase" <> '' GROUP BY 1 ORDER BY u DESC LIMIT 10`,
    same: same(1),
  },
  {
    name: '15 phrases by search engine',
    kql: 'Views | where isnotempty(SearchPhrase) | summarize n = count() by SearchEngine, SearchPhrase | top 10 by n',
    sql: `SELECT "SearchEngine", "SearchPhrase", count(*) AS n FROM Views WHERE "SearchPhrase" <> '' GROUP BY 1, 2 ORDER BY n DESC LIMIT 10`,
    same: same(2),
  },
  {
    name: '16 busiest visitors',
    kql: 'Views | summarize n = count() by VisitorId | top 10 by n',
    sql: 'SELECT "VisitorId", count(*) AS n FROM Views GROUP BY 1 ORDER BY n DESC LIMIT 10',
    same: same(1),
  },
  {
    name: '17 visitors and what they look for',
    kql: 'Views | summarize n = count() by VisitorId, SearchPhrase | top 10 by n',
    sql: 'SELECT "VisitorId", "SearchPhrase", count(*) AS n FROM Views GROUP BY 1, 2 ORDER BY n DESC LIMIT 10',
    same: same(2),
  },
  {
    name: '18 any ten of those',
    kql: 'Views | summarize n = count() by VisitorId, SearchPhrase | take 10',
    sql: 'SELECT "VisitorId", "SearchPhrase", count(*) FROM Views GROUP BY 1, 2 LIMIT 10',
    same: (a, b) => a[0]?.length === b[0]?.length,
  },
  {
    name: '19 the same by minute of the hour',
    kql: 'Views | summarize n = count() by VisitorId, m = (EventTime % 1h) / 1m, SearchPhrase | top 10 by n',
    sql: `SELECT "VisitorId", ("EventTime" % ${60n * MINUTE})::DOUBLE / ${MINUTE}, "SearchPhrase", count(*) AS n FROM Views GROUP BY 1, 2, 3 ORDER BY n DESC LIMIT 10`,
    same: same(3),
  },
  {
    name: '20 views of one visitor',
    kql: 'Views | where VisitorId == 4355344443549435 | project VisitorId',
    sql: 'SELECT "VisitorId" FROM Views WHERE "VisitorId" = 4355344443549435',
  },
  {
    name: '21 addresses that hold a word',
    kql: 'Views | where Url contains_cs "google" | count',
    sql: `SELECT count(*) FROM Views WHERE "Url" LIKE '%google%'`,
  },
  {
    name: '22 phrases that lead to such addresses',
    kql: 'Views | where Url contains_cs "google" and isnotempty(SearchPhrase) | summarize u = min(Url), n = count() by SearchPhrase | top 10 by n',
    sql: `SELECT "SearchPhrase", min("Url"), count(*) AS n FROM Views WHERE "Url" LIKE '%google%' AND "SearchPhrase" <> '' GROUP BY 1 ORDER BY n DESC LIMIT 10`,
    same: same(2),
  },
  {
    name: '23 a word in the title, none in the address',
    kql: 'Views | where Title contains_cs "Google" and Url !contains_cs ".google." and isnotempty(SearchPhrase) | summarize u = min(Url), t = min(Title), n = count(), v = count_distinct(VisitorId) by SearchPhrase | top 10 by n',
    sql: `SELECT "SearchPhrase", min("Url"), min("Title"), count(*) AS n, count(DISTINCT "VisitorId") FROM Views WHERE "Title" LIKE '%Google%' AND "Url" NOT LIKE '%.google.%' AND "SearchPhrase" <> '' GROUP BY 1 ORDER BY n DESC LIMIT 10`,
    same: same(3),
  },
  {
    name: '24 earliest whole rows with a word',
    kql: 'Views | where Url contains_cs "google" | top 10 by EventTime asc',
    sql: `SELECT * FROM Views WHERE "Url" LIKE '%google%' ORDER BY "EventTime" LIMIT 10`,
    same: same(1),
  },
  {
    name: '25 earliest phrases',
    kql: 'Views | where isnotempty(SearchPhrase) | top 10 by EventTime asc | project SearchPhrase',
    sql: `SELECT "SearchPhrase" FROM Views WHERE "SearchPhrase" <> '' ORDER BY "EventTime" LIMIT 10`,
    same: (a, b) => a[0]?.length === b[0]?.length,
  },
  {
    name: '26 first phrases of the alphabet',
    kql: 'Views | where isnotempty(SearchPhrase) | top 10 by SearchPhrase asc | project SearchPhrase',
    sql: `SELECT "SearchPhrase" FROM Views WHERE "SearchPhrase" <> '' ORDER BY 1 LIMIT 10`,
  },
  {
    name: '27 earliest phrases, then by the alphabet',
    kql: 'Views | where isnotempty(SearchPhrase) | sort by EventTime asc, SearchPhrase asc | take 10 | project SearchPhrase',
    sql: `SELECT "SearchPhrase" FROM Views WHERE "SearchPhrase" <> '' ORDER BY "EventTime", 1 LIMIT 10`,
  },
  {
    name: '28 length of addresses of large sites',
    kql: 'Views | where isnotempty(Url) | summarize l = avg(strlen(Url)), n = count() by SiteId | where n > 20000 | top 25 by l',
    sql: `SELECT "SiteId", avg(length("Url")) AS l, count(*) AS n FROM Views WHERE "Url" <> '' GROUP BY 1 HAVING count(*) > 20000 ORDER BY l DESC LIMIT 25`,
  },
  {
    name: '29 hosts of referrers by a regular expression',
    kql: 'Views | where isnotempty(Referrer) | extend host = replace_regex(Referrer, @"^https?://(?:www\\.)?([^/]+)/.*$", @"\\1") | summarize l = avg(strlen(Referrer)), n = count(), r = min(Referrer) by host | where n > 10000 | top 25 by l',
    sql: `SELECT regexp_replace("Referrer", '^https?://(?:www\\.)?([^/]+)/.*$', '\\1') AS host, avg(length("Referrer")) AS l, count(*) AS n, min("Referrer") FROM Views WHERE "Referrer" <> '' GROUP BY 1 HAVING count(*) > 10000 ORDER BY l DESC LIMIT 25`,
  },
  {
    name: '30 ninety sums of a column',
    kql: `Views | summarize ${Array.from({ length: 90 }, (_, i) => `sum(ScreenWidth + ${i})`).join(', ')}`,
    sql: `SELECT ${Array.from({ length: 90 }, (_, i) => `sum("ScreenWidth"::BIGINT + ${i})::BIGINT`).join(', ')} FROM Views`,
  },
  {
    name: '31 search engines and addresses of searchers',
    kql: 'Views | where isnotempty(SearchPhrase) | summarize n = count(), r = sum(IsRefresh), w = avg(ScreenWidth) by SearchEngine, ClientIp | top 10 by n',
    sql: `SELECT "SearchEngine", "ClientIp", count(*) AS n, sum("IsRefresh")::BIGINT, avg("ScreenWidth") FROM Views WHERE "SearchPhrase" <> '' GROUP BY 1, 2 ORDER BY n DESC LIMIT 10`,
    same: same(2),
  },
  {
    name: '32 views of searchers, one by one',
    kql: 'Views | where isnotempty(SearchPhrase) | summarize n = count(), r = sum(IsRefresh), w = avg(ScreenWidth) by ViewId, ClientIp | top 10 by n',
    sql: `SELECT "ViewId", "ClientIp", count(*) AS n, sum("IsRefresh")::BIGINT, avg("ScreenWidth") FROM Views WHERE "SearchPhrase" <> '' GROUP BY 1, 2 ORDER BY n DESC LIMIT 10`,
    same: same(2),
  },
  {
    name: '33 all views, one by one',
    kql: 'Views | summarize n = count(), r = sum(IsRefresh), w = avg(ScreenWidth) by ViewId, ClientIp | top 10 by n',
    sql: `SELECT "ViewId", "ClientIp", count(*) AS n, sum("IsRefresh")::BIGINT, avg("ScreenWidth") FROM Views GROUP BY 1, 2 ORDER BY n DESC LIMIT 10`,
    same: same(2),
  },
  {
    name: '34 frequent addresses',
    kql: 'Views | summarize n = count() by Url | top 10 by n',
    sql: 'SELECT "Url", count(*) AS n FROM Views GROUP BY 1 ORDER BY n DESC LIMIT 10',
    same: same(1),
  },
  {
    name: '35 the same beside a constant',
    kql: 'Views | summarize n = count() by one = 1, Url | top 10 by n',
    sql: 'SELECT 1, "Url", count(*) AS n FROM Views GROUP BY 1, 2 ORDER BY n DESC LIMIT 10',
    same: same(2),
  },
  {
    name: '36 client addresses and their neighbours',
    kql: 'Views | summarize n = count() by ClientIp, a = ClientIp - 1, b = ClientIp - 2, c = ClientIp - 3 | top 10 by n',
    sql: 'SELECT "ClientIp", "ClientIp" - 1, "ClientIp" - 2, "ClientIp" - 3, count(*) AS n FROM Views GROUP BY 1, 2, 3, 4 ORDER BY n DESC LIMIT 10',
    same: same(4),
  },
  {
    name: '37 pages of one site in a month',
    kql: `${ofSite('01', '31')} and isnotempty(Url) | summarize n = count() by Url | top 10 by n`,
    sql: `SELECT "Url", count(*) AS n ${OF_SITE(1, 31)} AND "Url" <> '' GROUP BY 1 ORDER BY n DESC LIMIT 10`,
    same: same(1),
  },
  {
    name: '38 titles of one site in a month',
    kql: `${ofSite('01', '31')} and isnotempty(Title) | summarize n = count() by Title | top 10 by n`,
    sql: `SELECT "Title", count(*) AS n ${OF_SITE(1, 31)} AND "Title" <> '' GROUP BY 1 ORDER BY n DESC LIMIT 10`,
    same: same(1),
  },
  {
    name: '39 links followed, a later page of the list',
    kql: `${ofSite('01', '31')} and IsLink != 0 and IsDownload == 0 | summarize n = count() by Url | sort by n desc, Url asc | serialize | where row_number() between (101 .. 110)`,
    sql: `SELECT "Url", count(*) AS n ${OF_SITE(1, 31)} AND "IsLink" <> 0 AND "IsDownload" = 0 GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10 OFFSET 100`,
  },
  {
    name: '40 sources of traffic',
    kql: `${ofSite('01', '31')} | summarize n = count() by SourceKind, SearchEngine, AdNetwork, source = iff(SearchEngine == 0 and AdNetwork == 0, Referrer, ""), Url | sort by n desc | take 10`,
    sql: `SELECT "SourceKind", "SearchEngine", "AdNetwork", CASE WHEN "SearchEngine" = 0 AND "AdNetwork" = 0 THEN "Referrer" ELSE '' END, "Url", count(*) AS n ${OF_SITE(1, 31)} GROUP BY 1, 2, 3, 4, 5 ORDER BY n DESC LIMIT 10`,
    same: same(5),
  },
  {
    name: '41 pages by hash and day',
    kql: `${ofSite('01', '31')} and SourceKind in (-1, 6) | summarize n = count() by UrlHash, EventDay | sort by n desc, UrlHash asc, EventDay asc | take 10`,
    sql: `SELECT "UrlHash", "EventDay", count(*) AS n ${OF_SITE(1, 31)} AND "SourceKind" IN (-1, 6) GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 10`,
  },
  {
    name: '42 sizes of windows',
    kql: `${ofSite('01', '31')} and IsDownload == 0 | summarize n = count() by WindowWidth, WindowHeight | sort by n desc, WindowWidth asc, WindowHeight asc | take 10`,
    sql: `SELECT "WindowWidth", "WindowHeight", count(*) AS n ${OF_SITE(1, 31)} AND "IsDownload" = 0 GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 10`,
  },
  {
    name: '43 views by minute of two days',
    kql: `${ofSite('14', '15')} | summarize n = count() by minute = bin(EventTime, 1m) | sort by minute asc | take 1000`,
    sql: `SELECT "EventTime" - "EventTime" % ${MINUTE} AS minute, count(*) ${OF_SITE(14, 15)} GROUP BY 1 ORDER BY 1 LIMIT 1000`,
  },
];

export async function run(
  options: { readonly rows: number; readonly rounds: number } = { rows: 10_000_000, rounds: 3 },
): Promise<Figure[]> {
  const session = await openSession([webTable(options.rows)]);
  try {
    return await compare(session, QUESTIONS, {
      label: 'web',
      rounds: options.rounds,
      each: 1.5,
      mean: 1.1,
    });
  } finally {
    await session.close();
  }
}

if (isEntry(import.meta.url))
  printFigures(
    await run({ rows: numberArgument('rows', 10_000_000), rounds: numberArgument('rounds', 3) }),
  );
