import { CATEGORIES } from '../../client/command.ts';
import { useServices } from '../../client/services.ts';
import { PageDialog } from '../../ui/PageDialog.tsx';

/** All keys, as the commands declare them. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const { commands } = useServices();
  const withKeys = commands.commands.filter((command) => (command.keys ?? []).length > 0);
  return (
    <PageDialog title="Keyboard shortcuts" width={720} onClose={onClose}>
      {CATEGORIES.map((category) => (
        <section key={category} aria-label={category}>
          <h4 style={{ margin: '8px 0 2px' }}>{category}</h4>
          {withKeys
            .filter((command) => command.category === category)
            .map((command) => (
              <div key={command.id} style={{ display: 'flex', gap: 16, padding: '1px 0' }}>
                <span style={{ flex: 1 }}>{command.title}</span>
                <kbd style={{ fontFamily: 'var(--ca-font)' }}>
                  {(command.keys ?? []).join(', ')}
                </kbd>
              </div>
            ))}
        </section>
      ))}
    </PageDialog>
  );
}
