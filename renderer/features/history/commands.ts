import type { Command } from '../../client/command.ts';
import { historyStore } from './history-store.ts';

export const historyCommands: readonly Command[] = [
  {
    id: 'history.clear',
    title: 'Clear the history…',
    category: 'Tools',
    menu: 3,
    run: async ({ dialogs, host }) => {
      const yes = await dialogs.confirm({
        title: 'Clear the history?',
        body: 'The list of all queries that were run is deleted. Open tabs and saved queries stay.',
        action: 'Clear',
        danger: true,
      });
      if (!yes) return;
      await host.call('history.clear', {});
      historyStore.setState((s) => ({ version: s.version + 1 }));
    },
  },
  {
    id: 'saved.add',
    title: 'Add to saved queries…',
    category: 'Query',
    menu: 4,
    when: ({ editor }) => editor.attached(),
    run: async ({ dialogs, host, editor, session, panes }) => {
      const unit = editor.runUnit();
      const document = session.active();
      if (!unit || !document) return;
      const title = await dialogs.prompt({
        title: 'Add to saved queries',
        label: 'Name; folder/name puts it into a folder',
        value: document.title,
        action: 'Save',
        check: (value) => (value.trim() === '' ? 'A saved query needs a name.' : undefined),
      });
      if (title === undefined) return;
      await host.call('savedQueries.save', {
        id: crypto.randomUUID(),
        title: title.trim(),
        description: '',
        text: unit.text,
        database: document.database,
      });
      historyStore.setState((s) => ({ savedVersion: s.savedVersion + 1 }));
      panes.reveal('saved');
    },
  },
];
