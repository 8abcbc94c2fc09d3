import type { IPublishPacket } from 'mqtt-packet';
import { expect, it } from 'vitest';
import { parseSession, Session } from './session.ts';

const EMPTY = { client: 'c', count: 0, topics: ['t'], unconfirmed: [] };

const message = (messageId: number, payload: string, dup = false): IPublishPacket => ({
  cmd: 'publish',
  topic: 't',
  qos: 1,
  retain: false,
  dup,
  messageId,
  payload: Buffer.from(payload),
});

/** The session of the next run, after a kill at this moment. */
function killed(position: string): Session {
  const stored = parseSession(position);
  if (!stored) throw new Error('no position');
  return new Session(stored, ['t']);
}

it('knows a message that is sent again after its commit', () => {
  const session = new Session(EMPTY, ['t']);
  session.deliver(message(1, 'a'));
  session.deliver(message(2, 'b'));
  const next = killed(session.position());
  expect(next.isStored(message(1, 'a', true))).toBe(true);
  expect(next.isStored(message(2, 'b', true))).toBe(true);
  expect(next.isStored(message(3, 'c', true))).toBe(false);
  expect(next.deliver(message(3, 'c'))).toBe(2);
});

it('takes a message for new whose packet id is in use again', () => {
  const session = new Session(EMPTY, ['t']);
  session.deliver(message(1, 'a'));
  const next = killed(session.position());
  expect(next.isStored(message(1, 'other', true))).toBe(false);
  const again = killed(session.position());
  expect(again.isStored(message(1, 'a'))).toBe(false);
  // From here on the id is not the old message's any more.
  expect(again.isStored(message(1, 'a', true))).toBe(false);
});

it('keeps what was not surely acknowledged, and nothing else', () => {
  const session = new Session(EMPTY, ['t']);
  session.deliver(message(1, 'a'));
  session.deliver(message(2, 'b'));
  session.deliver(message(3, 'c'));
  expect(session.acknowledge(2)).toEqual([1, 2]);
  expect(session.acknowledge(2)).toEqual([]);
  expect(session.waiting).toBe(1);
  session.confirm(2);
  const next = killed(session.position());
  expect(next.isStored(message(1, 'a', true))).toBe(false);
  expect(next.isStored(message(3, 'c', true))).toBe(true);
});

it('forgets packet ids with the session', () => {
  const session = new Session(EMPTY, ['t']);
  session.deliver(message(1, 'a'));
  const next = killed(session.position());
  next.forget();
  expect(next.isStored(message(1, 'a', true))).toBe(false);
});
