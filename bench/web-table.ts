import type { Column, KqlType } from '../common/types/kql-type.ts';
import type { BenchTable } from './tables.ts';

/**
 * Page views of a web-analytics service, about a hundred columns: a few sites have most of the views, most views
 * come without search or campaign, visitors come back, urls and referrers are long and repeat.
 */

/** 2025-03-01 in ticks. */
export const WEB_START = 638_763_840_000_000_000n;
const DAYS = 31n;
const DAY = 864_000_000_000n;

const even = (salt: number, n: number): string => `(hash(i + ${salt}) % ${n})`;
const share = (salt: number): string => `((hash(i + ${salt}) % 1000000) / 1000000.0)`;
const skewed = (salt: number, n: number, power: number): string =>
  `floor(pow(${share(salt)}, ${power}) * ${n})::BIGINT`;
const oneOf = (salt: number, values: readonly string[], power = 1): string =>
  `[${values.map((v) => `'${v}'`).join(', ')}][1 + ${skewed(salt, values.length, power)}::INTEGER]`;
const int = (piece: string): string => `(${piece})::INTEGER`;
const sometimes = (salt: number, percent: number, piece: string): string =>
  `CASE WHEN ${even(salt, 100)} < ${percent} THEN ${piece} ELSE '' END`;

const WORDS = [
  'garden',
  'winter',
  'repair',
  'cheap',
  'museum',
  'train',
  'recipe',
  'holiday',
  'shoes',
  'lamp',
];
const HOSTS = ['shop', 'news', 'forum', 'video', 'maps', 'jobs', 'cars', 'music'];

const SITE = int(skewed(1, 4_000, 5));
const VISITOR = `(hash(${skewed(2, 1_500_000, 2)}) // 2)::BIGINT`;
const TICKS = `${WEB_START} + (i % ${DAYS}) * ${DAY} + (hash(i + 3) % 86400)::BIGINT * 10000000`;
const PAGE = `'/' || ${oneOf(4, HOSTS, 2)} || '/' || ${oneOf(5, WORDS)} || '/' || ${skewed(6, 200_000, 4)}`;
const URL = `'https://www.' || ${oneOf(7, HOSTS, 2)} || ${skewed(8, 300, 3)} || '.example' || ${PAGE} || ${sometimes(9, 20, `'?from=' || ${oneOf(10, ['mail', 'google-ads', 'partner', 'social'], 2)} || '&page=' || ${skewed(11, 40, 3)}`)}`;
const PHRASE = sometimes(
  12,
  14,
  `${oneOf(13, WORDS, 1.5)} || ' ' || ${oneOf(14, WORDS)} || CASE WHEN ${even(15, 3)} = 0 THEN ' ' || ${skewed(16, 5_000, 3)} ELSE '' END`,
);

type Row = readonly [name: string, type: KqlType, sql: string];

const NAMED: readonly Row[] = [
  ['ViewId', 'long', '(h // 2)::BIGINT'],
  ['EventTime', 'datetime', TICKS],
  ['EventDay', 'datetime', `${WEB_START} + (i % ${DAYS}) * ${DAY}`],
  ['SiteId', 'int', SITE],
  ['VisitorId', 'long', VISITOR],
  ['SessionId', 'long', `(hash(${skewed(2, 1_500_000, 2)} * 31 + i % 31) // 2)::BIGINT`],
  ['Url', 'string', URL],
  [
    'UrlHash',
    'long',
    `(hash(${skewed(8, 300, 3)} * 1000 + ${skewed(6, 200_000, 4)}) // 2)::BIGINT`,
  ],
  [
    'Title',
    'string',
    `${oneOf(5, WORDS)} || ' - ' || ${oneOf(17, ['Home', 'Offers', 'Google Reviews', 'Article', 'Checkout'], 2)} || ' ' || ${skewed(18, 3_000, 3)}`,
  ],
  [
    'Referrer',
    'string',
    sometimes(
      19,
      70,
      `'https://' || ${oneOf(20, ['', 'www.', 'm.'])} || ${oneOf(21, HOSTS, 2)} || ${skewed(22, 900, 3)} || '.example/' || ${oneOf(23, WORDS)} || '/' || ${skewed(24, 10_000, 3)}`,
    ),
  ],
  ['ReferrerHash', 'long', `(hash(${skewed(24, 10_000, 3)}) // 2)::BIGINT`],
  ['IsRefresh', 'int', `CASE WHEN ${even(25, 100)} < 12 THEN 1 ELSE 0 END`],
  ['IsLink', 'int', `CASE WHEN ${even(26, 100)} < 9 THEN 1 ELSE 0 END`],
  ['IsDownload', 'int', `CASE WHEN ${even(27, 1000)} < 4 THEN 1 ELSE 0 END`],
  ['IsBounce', 'int', `CASE WHEN ${even(28, 100)} < 35 THEN 1 ELSE 0 END`],
  ['SourceKind', 'int', int(`${skewed(29, 9, 2)} - 1`)],
  [
    'AdNetwork',
    'int',
    `CASE WHEN ${even(30, 100)} < 6 THEN 1 + ${skewed(31, 18, 2)}::INTEGER ELSE 0 END`,
  ],
  [
    'SearchEngine',
    'int',
    `CASE WHEN ${even(12, 100)} < 14 THEN 1 + ${skewed(32, 60, 3)}::INTEGER ELSE 0 END`,
  ],
  ['SearchPhrase', 'string', PHRASE],
  ['RegionId', 'int', int(skewed(33, 5_000, 4))],
  [
    'Country',
    'string',
    oneOf(34, ['DE', 'US', 'FR', 'BR', 'IN', 'PL', 'NL', 'JP', 'ES', 'CZ', 'AR', 'SE'], 2),
  ],
  [
    'Language',
    'string',
    oneOf(35, ['de', 'en', 'fr', 'pt', 'hi', 'pl', 'nl', 'ja', 'es', 'cs'], 2),
  ],
  ['ClientIp', 'long', `(hash(${skewed(2, 1_500_000, 2)} + 7) % 4294967296)::BIGINT`],
  ['Browser', 'string', oneOf(36, ['Chrome', 'Safari', 'Edge', 'Firefox', 'Opera', 'Other'], 2)],
  ['BrowserVersion', 'int', int(`90 + ${skewed(37, 45, 0.5)}`)],
  ['System', 'string', oneOf(38, ['Windows', 'Android', 'iOS', 'macOS', 'Linux'], 1.6)],
  [
    'DeviceMaker',
    'string',
    sometimes(39, 40, oneOf(40, ['Apple', 'Samsung', 'Xiaomi', 'Google', 'Oppo', 'Sony'], 2)),
  ],
  [
    'DeviceModel',
    'string',
    sometimes(
      39,
      40,
      `${oneOf(40, ['Phone', 'Galaxy', 'Redmi', 'Pixel', 'Reno', 'Xperia'], 2)} || ' ' || ${skewed(41, 160, 3)}`,
    ),
  ],
  [
    'ScreenWidth',
    'int',
    `${oneOf(42, ['1920', '390', '1536', '412', '2560', '1366', '0'], 1.8)}::INTEGER`,
  ],
  [
    'ScreenHeight',
    'int',
    `${oneOf(43, ['1080', '844', '864', '915', '1440', '768', '0'], 1.8)}::INTEGER`,
  ],
  ['WindowWidth', 'int', int(skewed(44, 2_600, 0.8))],
  ['WindowHeight', 'int', int(skewed(45, 1_500, 0.8))],
  ['ColorDepth', 'int', `${oneOf(46, ['24', '30', '32', '8'], 3)}::INTEGER`],
  ['PixelRatio', 'real', `1 + ${skewed(47, 5, 2)} / 2.0`],
  ['IsMobile', 'bool', `${even(39, 100)} < 40`],
  ['IsRobot', 'bool', `${even(48, 100)} < 2`],
  ['LoadMs', 'int', int(skewed(49, 20_000, 4))],
  ['FirstPaintMs', 'int', int(skewed(50, 6_000, 3))],
  ['DnsMs', 'int', int(skewed(51, 400, 5))],
  ['ConnectMs', 'int', int(skewed(52, 900, 5))],
  ['ResponseMs', 'int', int(skewed(53, 4_000, 4))],
  ['SecondsOnPage', 'real', `round(pow(${share(54)}, 4) * 1800, 2)`],
  ['ScrollDepth', 'real', `round(${share(55)}, 3)`],
  ['Clicks', 'int', int(skewed(56, 40, 4))],
  ['GoalId', 'int', `CASE WHEN ${even(57, 100)} < 3 THEN 1 + ${even(58, 200)}::INTEGER ELSE 0 END`],
  [
    'Revenue',
    'real',
    `CASE WHEN ${even(59, 1000)} < 8 THEN round(pow(${share(60)}, 3) * 900, 2) ELSE 0 END`,
  ],
  [
    'Currency',
    'string',
    `CASE WHEN ${even(59, 1000)} < 8 THEN ${oneOf(61, ['EUR', 'USD', 'GBP'])} ELSE '' END`,
  ],
  ['Campaign', 'string', sometimes(62, 8, `'campaign-' || ${skewed(63, 400, 2)}`)],
  [
    'TrafficSource',
    'string',
    oneOf(64, ['direct', 'search', 'referral', 'social', 'mail', 'ad'], 1.6),
  ],
  ['PageKind', 'string', oneOf(65, ['article', 'product', 'list', 'cart', 'account', 'error'], 2)],
];

/** What such tables carry along and hardly anybody asks for. */
const FILLER: readonly Row[] = [
  ...Array.from(
    { length: 22 },
    (_, k): Row => [
      `Counter${String(k + 1).padStart(2, '0')}`,
      'int',
      int(skewed(100 + k, 50 * (k + 1), 4)),
    ],
  ),
  ...Array.from(
    { length: 12 },
    (_, k): Row => [
      `Flag${String(k + 1).padStart(2, '0')}`,
      'bool',
      `${even(130 + k, 100)} < ${3 + 4 * k}`,
    ],
  ),
  ...Array.from(
    { length: 10 },
    (_, k): Row => [
      `Tag${String(k + 1).padStart(2, '0')}`,
      'string',
      sometimes(150 + k, 10 + k, `'t' || ${skewed(170 + k, 20 * (k + 1), 2)}`),
    ],
  ),
  ...Array.from(
    { length: 6 },
    (_, k): Row => [
      `Score${String(k + 1).padStart(2, '0')}`,
      'real',
      `round(${share(190 + k)} * 100, 1)`,
    ],
  ),
];

const ALL = [...NAMED, ...FILLER];

export const webTable = (rows: number): BenchTable => ({
  name: 'Views',
  columns: ALL.map(([name, type]): Column => ({ name, type })),
  rows,
  select: ALL.map(([name, , sql]) => `${sql} AS "${name}"`).join(',\n'),
});

export const webDay = (day: number): string => String(WEB_START + BigInt(day - 1) * DAY);
