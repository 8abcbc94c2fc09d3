import { expect, it } from 'vitest';
import type { AlertEvent } from '../../../common/contract/alerts.ts';
import { noticeOf } from './notices.ts';

const event: AlertEvent = {
  alert: 'Errors',
  database: 'Local',
  kind: 'fired',
  incident: 'i1',
  severity: 'warning',
  message: '',
  at: '2026-01-01T00:00:00Z',
  rows: 1_234,
  value: null,
  sample: [],
};

it('says what an alert has found, and when it is over', () => {
  expect(noticeOf(event)).toEqual({ intent: 'warning', title: 'Errors', body: '1,234 rows' });
  expect(noticeOf({ ...event, severity: 'error', message: 'too many' })).toEqual({
    intent: 'error',
    title: 'Errors',
    body: 'too many',
  });
  expect(noticeOf({ ...event, kind: 'repeated' }).title).toBe('Errors: still');
  expect(noticeOf({ ...event, kind: 'resolved', message: 'back to 3' })).toEqual({
    intent: 'success',
    title: 'Errors: over',
    body: 'back to 3',
  });
});
