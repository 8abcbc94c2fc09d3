import type { Command } from '../../client/command.ts';

/** What is done to all that fills tables. */
export const streamCommands: readonly Command[] = [
  {
    id: 'streams.exportConfig',
    title: 'Export the configuration of streams and syncs',
    category: 'Data',
    menu: 3,
    run: async ({ host, shell, dialogs }) => {
      const { text, secrets } = await host.call('config.export', {});
      shell.download({ name: 'calypso.config.json', text });
      if (secrets.length > 0)
        dialogs.notify({
          intent: 'info',
          title: 'The configuration names its secrets and holds none.',
          body: `Whoever imports it gives them: ${secrets.map((s) => s.name).join(', ')}.`,
        });
    },
  },
];
