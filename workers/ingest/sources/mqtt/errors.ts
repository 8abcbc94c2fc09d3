import type { MqttSource } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';

/** Reason codes (MQTT 5, section 2.4) and return codes of 3.1.1 that a person can do something about. */
const REASONS: Readonly<Record<number, string>> = {
  1: 'it does not speak this version of MQTT',
  2: 'it does not accept the client id',
  3: 'it is not ready',
  4: 'the user name or the password is wrong',
  5: 'this client may not connect',
  128: 'it refused without a reason',
  132: 'it does not speak this version of MQTT',
  133: 'it does not accept the client id',
  134: 'the user name or the password is wrong',
  135: 'this client may not do that',
  136: 'it is not ready',
  139: 'it is shutting down',
  141: 'it heard nothing for too long',
  142: 'another client came with the same client id',
  143: 'the topic filter is not valid',
  147: 'more came than was acknowledged',
  151: 'a quota is used up',
  157: 'the broker has moved',
};

export function refused(
  code: number | undefined,
  properties?: { readonly reasonString?: string },
): string {
  const reason = REASONS[code ?? 0x80] ?? `reason ${code}`;
  return properties?.reasonString ? `${reason} (${properties.reasonString})` : reason;
}

export function unreachable(source: MqttSource, error: unknown): AppError {
  const { message } = error as Error;
  return new AppError('source', 'mqtt_unreachable', `${source.url} can't be reached: ${message}`, {
    hints: ['Check the address, the port, and whether the broker asks for TLS (mqtts://).'],
    cause: error,
  });
}
