import type { Command } from '../../client/command.ts';
import { AlertDialog } from './AlertDialog.tsx';
import { AlertsView } from './AlertsView.tsx';

export const alertCommands: readonly Command[] = [
  {
    id: 'alerts.open',
    title: 'Alerts',
    category: 'Data',
    menu: 3,
    run: ({ views }) =>
      views.open({
        id: 'alerts',
        title: 'Alerts',
        content: <AlertsView />,
        onClose: () => undefined,
      }),
  },
  {
    id: 'alerts.make',
    title: 'Make an alert of the current query…',
    category: 'Data',
    menu: 3,
    when: ({ session }) => session.active() !== undefined,
    run: ({ dialogs, session, editor }) => {
      const document = session.active();
      if (!document) return;
      // The statement under the caret, without what draws it.
      const text = editor.runUnit()?.text ?? document.text;
      const query = text.replace(/\|\s*render\b[^|]*$/, '').trim();
      dialogs.show((close) => (
        <AlertDialog database={document.database} query={query} onClose={close} />
      ));
    },
  },
];
