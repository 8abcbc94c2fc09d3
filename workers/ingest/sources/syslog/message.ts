/** A syslog message with the names of RFC 5424. */
export interface SyslogMessage {
  /** ISO 8601; null where the sender has no clock. */
  readonly Timestamp: string | null;
  readonly Facility: string;
  readonly Severity: string;
  /** 0 (emerg) … 7 (debug). */
  readonly SeverityNumber: number;
  readonly HostName: string;
  readonly AppName: string;
  readonly ProcId: string;
  readonly MsgId: string;
  readonly StructuredData: Readonly<Record<string, Readonly<Record<string, string>>>> | null;
  readonly Message: string;
}

/** RFC 5424, table 1, by the keywords of syslog.conf. */
const FACILITIES = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron'],
  ...['authpriv', 'ftp', 'ntp', 'security', 'console', 'solaris-cron'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];

/** RFC 5424, table 2. */
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** What a message is that has no priority (RFC 3164, section 4.3.3): user.notice. */
const NO_PRIORITY = 13;
const MOST_PRIORITY = 191;

/** Reads a message of either RFC. What fits neither is kept whole as `Message`. */
export function parseSyslog(text: string, now: Date = new Date()): SyslogMessage {
  const line = text.replace(/[\r\n\0]+$/, '');
  const match = /^<(\d{1,3})>/.exec(line);
  const priority = Number(match?.[1] ?? NO_PRIORITY);
  if (!match || priority > MOST_PRIORITY) return { ...EMPTY, ...severityOf(13), Message: line };
  const rest = line.slice(match[0].length);
  return { ...EMPTY, ...severityOf(priority), ...(modern(rest) ?? traditional(rest, now)) };
}

const EMPTY = {
  Timestamp: null,
  HostName: '',
  AppName: '',
  ProcId: '',
  MsgId: '',
  StructuredData: null,
  Message: '',
} as const;

function severityOf(
  priority: number,
): Pick<SyslogMessage, 'Facility' | 'Severity' | 'SeverityNumber'> {
  const number = priority % 8;
  return {
    Facility: FACILITIES[Math.floor(priority / 8)] ?? '',
    Severity: SEVERITIES[number] ?? '',
    SeverityNumber: number,
  };
}

type Parts = Partial<SyslogMessage>;

/** `1 2026-01-31T12:00:00.1Z host app proc msgid [id name="value"] text` (RFC 5424, section 6). */
function modern(text: string): Parts | undefined {
  const head = /^[1-9]\d{0,2} (\S+) (\S+) (\S+) (\S+) (\S+) /.exec(`${text} `);
  if (!head) return undefined;
  const [all, time = '-', host = '-', app = '-', proc = '-', id = '-'] = head;
  if (time !== '-' && Number.isNaN(Date.parse(time))) return undefined;
  const rest = text.slice(all.length);
  const data = structuredData(rest);
  if (!data) return undefined;
  return {
    Timestamp:
      time === '-' ? null : new Date(time).toISOString().replace(/\.\d+Z$/, fraction(time)),
    HostName: given(host),
    AppName: given(app),
    ProcId: given(proc),
    MsgId: given(id),
    StructuredData: data.elements,
    Message: rest.slice(data.length).replace(/^ ?\ufeff?/, ''),
  };
}

const given = (text: string): string => (text === '-' ? '' : text);

/** RFC 5424 allows microseconds, which a Date would lose. */
function fraction(time: string): string {
  return `${/\.\d+/.exec(time)?.[0] ?? ''}Z`;
}

function structuredData(
  text: string,
): { readonly elements: SyslogMessage['StructuredData']; readonly length: number } | undefined {
  if (text.startsWith('-')) return { elements: null, length: 1 };
  const elements: Record<string, Record<string, string>> = {};
  const element = /\[([^\s=\]"]+)((?: [^\s=\]"]+="(?:[^"\\\]]|\\.)*")*) ?\]/y;
  let length = 0;
  for (;;) {
    element.lastIndex = length;
    const match = element.exec(text);
    if (!match) break;
    const [all, id = '', members = ''] = match;
    const values: Record<string, string> = {};
    for (const [, name = '', value = ''] of members.matchAll(/([^\s=\]"]+)="((?:[^"\\\]]|\\.)*)"/g))
      values[name] = value.replace(/\\(["\\\]])/g, '$1');
    elements[id] = values;
    length += all.length;
  }
  return length === 0 ? undefined : { elements, length };
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Jan 31 12:00:00 host app[pid]: text` (RFC 3164, section 4.1), in local time and without a year. */
function traditional(text: string, now: Date): Parts {
  const dated =
    /^([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(\.\d+)? /.exec(text) ??
    /^(\d{4}-\d{2}-\d{2}T\S+) /.exec(text);
  const time = dated ? timeOf(dated.slice(1), now) : undefined;
  if (!dated || time === undefined) return { ...tagged(text) };
  const rest = text.slice(dated[0].length);
  // Programs that log to their own machine leave the host out.
  const host = /^(\S+) /.exec(rest);
  if (!host || /[:[\]]/.test(host[1]?.replaceAll(IPV6, '') ?? ''))
    return { Timestamp: time, ...tagged(rest) };
  return { Timestamp: time, HostName: host[1] ?? '', ...tagged(rest.slice(host[0].length)) };
}

const IPV6 = /^(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}$/g;

function timeOf(parts: readonly (string | undefined)[], now: Date): string | undefined {
  const [first = '', day, hours, minutes, seconds, rest = ''] = parts;
  if (day === undefined) {
    const time = Date.parse(first);
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  }
  const month = MONTHS.indexOf(first);
  if (month < 0) return undefined;
  const inYear = (year: number): Date =>
    new Date(
      ...([year, month, Number(day), Number(hours), Number(minutes), Number(seconds)] as const),
      Math.trunc(Number(`0${rest}`) * 1_000),
    );
  // The year that comes nearest: what was sent on New Year's Eve is of the old one.
  const [best] = [-1, 0, 1]
    .map((step) => inYear(now.getFullYear() + step))
    .toSorted((a, b) => Math.abs(+a - +now) - Math.abs(+b - +now));
  return best?.toISOString();
}

function tagged(text: string): Pick<SyslogMessage, 'AppName' | 'ProcId' | 'Message'> {
  const [all = '', app = '', proc = ''] = /^([^\s:[\]]{1,48})(?:\[([^\]]*)\])?: ?/.exec(text) ?? [];
  return { AppName: app, ProcId: proc, Message: text.slice(all.length) };
}
