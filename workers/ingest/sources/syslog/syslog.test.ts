import { describe, expect, it } from 'vitest';
import { LONGEST_MESSAGE, SyslogFraming } from './framing.ts';
import { parseSyslog } from './message.ts';

/** The examples are those of RFC 5424, section 6.5, and RFC 3164, section 5.4. */
describe('parseSyslog', () => {
  it('reads RFC 5424 with and without structured data', () => {
    const text = `<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]`;
    expect(parseSyslog(text)).toEqual({
      Timestamp: '2003-10-11T22:14:15.003Z',
      Facility: 'local4',
      Severity: 'notice',
      SeverityNumber: 5,
      HostName: 'mymachine.example.com',
      AppName: 'evntslog',
      ProcId: '',
      MsgId: 'ID47',
      StructuredData: {
        'exampleSDID@32473': { iut: '3', eventSource: 'Application', eventID: '1011' },
        'examplePriority@32473': { class: 'high' },
      },
      Message: '',
    });
    expect(
      parseSyslog(
        "<34>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
      ),
    ).toMatchObject({
      Timestamp: '2003-08-24T12:14:15.000003Z',
      Facility: 'auth',
      Severity: 'crit',
      ProcId: '8710',
      StructuredData: null,
      Message: "%% It's time to make the do-nuts.",
    });
  });

  it('reads RFC 3164 in the year that is nearest, and what programs leave out', () => {
    const now = new Date(2026, 0, 2);
    const time = (year: number, month: number, ...rest: [number, number, number, number]): string =>
      new Date(year, month, ...rest).toISOString();
    expect(
      parseSyslog(
        "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
        now,
      ),
    ).toMatchObject({
      Timestamp: time(2025, 9, 11, 22, 14, 15),
      HostName: 'mymachine',
      AppName: 'su',
      Message: "'su root' failed for lonvick on /dev/pts/8",
    });
    expect(parseSyslog('<13>Dec 31 23:59:59 h a[7]: x', now).Timestamp).toBe(
      time(2025, 11, 31, 23, 59, 59),
    );
    expect(parseSyslog('<13>Jan  1 00:00:01 a[7]: no host', now)).toMatchObject({
      Timestamp: time(2026, 0, 1, 0, 0, 1),
      HostName: '',
      AppName: 'a',
      ProcId: '7',
      Message: 'no host',
    });
  });

  it('keeps what fits neither', () => {
    expect(parseSyslog('Use the BFG!')).toMatchObject({
      Facility: 'user',
      Severity: 'notice',
      Message: 'Use the BFG!',
    });
    expect(parseSyslog('<192>x')).toMatchObject({ Facility: 'user', Message: '<192>x' });
  });
});

describe('SyslogFraming', () => {
  const framed = (pieces: readonly string[]): string[] => {
    const framing = new SyslogFraming();
    const messages = pieces.flatMap((piece) => framing.push(Buffer.from(piece)));
    return [...messages, ...framing.end()].map((m) => m.toString());
  };

  it('finds the same messages however the bytes are cut', () => {
    const text = '7 <1>a\nb\n<2>by line\n\n<3>nul\x0010 <4>counted<5>the end';
    const expected = ['<1>a\nb\n', '<2>by line', '<3>nul', '<4>counted', '<5>the end'];
    expect(framed([text])).toEqual(expected);
    for (const size of [1, 2, 5])
      expect(framed(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])).toEqual(expected);
  });

  it('cuts what is too long and goes on behind it', () => {
    const long = 'x'.repeat(LONGEST_MESSAGE + 10);
    expect(framed([`<1>${long}`, 'y\n<2>b\n']).map((m) => m.length)).toEqual([LONGEST_MESSAGE, 4]);
    const counted = `${long.length + 3} <1>${long}<2>b\n`;
    expect(framed([counted]).map((m) => m.length)).toEqual([LONGEST_MESSAGE, 4]);
  });
});
