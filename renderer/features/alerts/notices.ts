import type { AlertEvent } from '../../../common/contract/alerts.ts';
import type { Notice } from '../../client/dialogs.ts';
import type { Services } from '../../client/services.ts';

/** What a notice of an event looks like. */
export function noticeOf(event: AlertEvent): Omit<Notice, 'id'> {
  const { alert, kind, severity, message, rows } = event;
  const found = message === '' ? `${rows.toLocaleString('en-US')} rows` : message;
  if (kind === 'resolved') return { intent: 'success', title: `${alert}: over`, body: message };
  return {
    intent: severity,
    title: kind === 'repeated' ? `${alert}: still` : alert,
    body: found,
  };
}

/** Tells what alerts find: a notice in the window, and one of the desktop while the window isn't in front. */
export function followAlerts(services: Services): void {
  services.host.on('alerts.event', ({ notify, ...event }) => {
    if (!notify) return;
    const notice = noticeOf(event);
    services.dialogs.notify(notice);
    if (!document.hasFocus()) tellDesktop(services, event, notice);
  });
}

function tellDesktop(
  services: Services,
  { incident }: AlertEvent,
  { title, body }: Omit<Notice, 'id'>,
): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  // The events of one incident take each other's place on the desktop.
  const shown = new Notification(title, { body, tag: incident });
  shown.onclick = () => {
    window.focus();
    services.commands.execute('alerts.open');
  };
}

/** Asks once whether the desktop may be told. Browsers want a press of a button before that. */
export async function askForNotifications(): Promise<void> {
  if ('Notification' in window && Notification.permission === 'default')
    await Notification.requestPermission();
}
