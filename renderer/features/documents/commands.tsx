import type { Command } from '../../client/command.ts';
import type { Services } from '../../client/services.ts';
import {
  activate,
  changeDocument,
  closeDocument,
  cycle,
  newDocument,
  reopenDocument,
} from './document-actions.ts';
import { FindInTabs } from './FindInTabs.tsx';
import { openQueryFiles, saveQueryFile } from './file-actions.ts';

const hasDocument = ({ session }: Services): boolean => session.active() !== undefined;

async function rename(services: Services): Promise<void> {
  const document = services.session.active();
  if (!document) return;
  const title = await services.dialogs.prompt({
    title: 'Rename tab',
    label: 'Name',
    value: document.title,
    action: 'Rename',
    check: (value) => (value.trim() === '' ? 'A tab needs a name.' : undefined),
  });
  if (title !== undefined) changeDocument(services, document.id, { title: title.trim() });
}

const goTo = (n: number): Command => ({
  id: `documents.goTo${n}`,
  title: `Go to tab ${n}`,
  category: 'View',
  keys: [`Ctrl+${n}`],
  run: (services) => {
    const document = services.session.getState().documents[n - 1];
    if (!document) return;
    activate(services, document.id);
    services.editor.focus();
  },
});

export const documentCommands: readonly Command[] = [
  {
    id: 'documents.new',
    title: 'New query',
    category: 'File',
    keys: ['Ctrl+N', 'Ctrl+Alt+N'],
    menu: 1,
    run: (services) => {
      newDocument(services);
    },
  },
  {
    id: 'documents.open',
    title: 'Open query…',
    category: 'File',
    keys: ['Ctrl+O'],
    menu: 1,
    run: openQueryFiles,
  },
  {
    id: 'documents.save',
    title: 'Save query',
    category: 'File',
    keys: ['Ctrl+S'],
    where: 'editor',
    menu: 2,
    when: hasDocument,
    run: (services) => saveQueryFile(services, false),
  },
  {
    id: 'documents.saveAs',
    title: 'Save query as…',
    category: 'File',
    menu: 2,
    when: hasDocument,
    run: (services) => saveQueryFile(services, true),
  },
  {
    id: 'documents.close',
    title: 'Close tab',
    category: 'File',
    keys: ['Ctrl+W', 'Ctrl+F4'],
    menu: 3,
    when: hasDocument,
    run: (services, argument) =>
      closeDocument(
        services,
        typeof argument === 'string' ? argument : services.session.getState().activeId,
      ),
  },
  {
    id: 'documents.reopen',
    title: 'Reopen closed tab',
    category: 'File',
    keys: ['Ctrl+Shift+T', 'Ctrl+Shift+Alt+T'],
    menu: 3,
    when: ({ session }) => session.getState().closed.length > 0,
    run: reopenDocument,
  },
  {
    id: 'documents.rename',
    title: 'Rename tab…',
    category: 'File',
    keys: ['Ctrl+F2'],
    menu: 3,
    when: hasDocument,
    run: rename,
  },
  {
    id: 'documents.next',
    title: 'Next tab',
    category: 'View',
    keys: ['Ctrl+Tab', 'Ctrl+Alt+]', 'Ctrl+PageDown'],
    run: (services) => cycle(services, 1),
  },
  {
    id: 'documents.previous',
    title: 'Previous tab',
    category: 'View',
    keys: ['Ctrl+Shift+Tab', 'Ctrl+Alt+[', 'Ctrl+PageUp'],
    run: (services) => cycle(services, -1),
  },
  {
    id: 'documents.find',
    title: 'Find in all tabs…',
    category: 'Edit',
    keys: ['Ctrl+Shift+F'],
    menu: 2,
    run: ({ dialogs }) => dialogs.show((close) => <FindInTabs replacing={false} onClose={close} />),
  },
  {
    id: 'documents.replace',
    title: 'Replace in all tabs…',
    category: 'Edit',
    keys: ['Ctrl+Shift+H'],
    menu: 2,
    run: ({ dialogs }) => dialogs.show((close) => <FindInTabs replacing onClose={close} />),
  },
  {
    id: 'documents.choose',
    title: 'Go to tab…',
    category: 'View',
    keys: ['Ctrl+Alt+T'],
    menu: 1,
    run: ({ dialogs }) => dialogs.show((close) => <FindInTabs replacing={false} onClose={close} />),
  },
  ...[1, 2, 3, 4, 5, 6, 7].map(goTo),
];
