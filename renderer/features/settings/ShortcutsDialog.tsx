import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { CATEGORIES } from '../../client/command.ts';
import { useServices } from '../../client/services.ts';

/** All keys, as the commands declare them. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const { commands } = useServices();
  const withKeys = commands.commands.filter((command) => (command.keys ?? []).length > 0);
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogSurface aria-describedby={undefined} style={{ maxWidth: 720 }}>
        <DialogBody>
          <DialogTitle>Keyboard shortcuts</DialogTitle>
          <DialogContent>
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
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              Close
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
