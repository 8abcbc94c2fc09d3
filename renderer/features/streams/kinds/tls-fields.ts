import type { StreamTls } from '../../../../common/contract/stream.ts';
import { type Field, given, isOn, SECRET_HINT, type Values } from './source-kind.ts';

const pem =
  (what: string) =>
  (text: string): string | undefined =>
    text.includes(`-----BEGIN ${what}`) ||
    (what === 'PRIVATE KEY' && /-----BEGIN .*KEY-----/.test(text))
      ? undefined
      : `A PEM text that begins with -----BEGIN ${what}-----.`;

/** How a server proves who it is, and who we are; shown while `when` holds. */
export const tlsFields = (when: (values: Values) => boolean): readonly Field[] => [
  {
    id: 'ca',
    label: 'Certificate authority (PEM)',
    kind: 'lines',
    advanced: true,
    when,
    placeholder: '-----BEGIN CERTIFICATE-----',
    hint: 'For a server whose certificate the system does not know.',
    check: pem('CERTIFICATE'),
  },
  {
    id: 'certificate',
    label: 'Own certificate (PEM)',
    kind: 'lines',
    advanced: true,
    when,
    placeholder: '-----BEGIN CERTIFICATE-----',
    hint: 'Where the server asks for one.',
    check: pem('CERTIFICATE'),
  },
  {
    id: 'key',
    label: 'Key of the own certificate (PEM)',
    kind: 'lines',
    advanced: true,
    when: (values) => when(values) && (values.certificate ?? '').trim() !== '',
    placeholder: '-----BEGIN PRIVATE KEY-----',
    hint: SECRET_HINT,
    check: pem('PRIVATE KEY'),
  },
  {
    id: 'trustAny',
    label: 'Accept any certificate (tests only)',
    kind: 'switch',
    advanced: true,
    when,
  },
];

export const tlsOf = (values: Values): StreamTls => ({
  ...given('ca', values.ca),
  ...given('certificate', values.certificate),
  ...given('key', values.key),
  trustAny: isOn(values, 'trustAny'),
});
