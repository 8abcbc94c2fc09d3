import { asAppError } from '../../../../common/errors/app-error.ts';
import {
  type EventHubsAddress,
  eventHubsAddress,
} from '../../../../common/text/event-hubs-address.ts';
import { type Field, SECRET_HINT, type Values } from './source-kind.ts';

/** The pasted connection string of a namespace, a hub, or the built-in endpoint of an IoT hub. */
export const connectionField = (hint: string): Field => ({
  id: 'connection',
  label: 'Connection string',
  kind: 'secret',
  required: true,
  placeholder: 'Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…',
  hint: `${hint} ${SECRET_HINT}`,
  check: (text) => {
    try {
      eventHubsAddress(text);
      return undefined;
    } catch (error) {
      const { message, hints } = asAppError(error);
      return [message, ...hints].join(' ');
    }
  },
});

export function addressOf(values: Values): EventHubsAddress | undefined {
  try {
    return eventHubsAddress(values.connection ?? '');
  } catch {
    return undefined;
  }
}

export const namesNoHub = (values: Values): boolean => addressOf(values)?.hub === undefined;
