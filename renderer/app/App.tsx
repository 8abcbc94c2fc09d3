import '../ui/tokens.css';
import './app.css';
import { FluentProvider } from '@fluentui/react-components';
import { useEffect } from 'react';
import type { PaneId } from '../client/panes.ts';
import { type Services, ServicesContext, useSetting } from '../client/services.ts';
import { SETTINGS } from '../client/settings-store.ts';
import { FLUENT_THEMES } from '../ui/themes.ts';
import { useThemeName } from '../ui/use-theme-name.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { listenForKeys } from './commands/key-listener.ts';
import { DialogHost } from './DialogHost.tsx';
import { DocumentView } from './DocumentView.tsx';
import { DropTarget } from './DropTarget.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { DockLayout } from './layout/DockLayout.tsx';
import { NoticeHost } from './NoticeHost.tsx';
import { PANE_VIEWS } from './pane-views.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';

export function App({ services }: { readonly services: Services }) {
  return (
    <ServicesContext value={services}>
      <Frame services={services} />
    </ServicesContext>
  );
}

function Frame({ services }: { readonly services: Services }) {
  const [chosen] = useSetting(SETTINGS.theme);
  const [zoom] = useSetting(SETTINGS.zoom);
  const theme = useThemeName(chosen);

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useEffect(() => services.shell.setZoom(zoom), [services, zoom]);
  useEffect(() => listenForKeys(services), [services]);

  return (
    <FluentProvider theme={FLUENT_THEMES[theme]} className="ca-theme">
      {/* Not on the provider: portals take over its classes. */}
      <div className="ca-root">
        <ErrorBoundary what="Calypso">
          <DropTarget>
            <TopBar />
            <main className="ca-main">
              <DockLayout
                renderPane={(pane: PaneId) => PANE_VIEWS[pane]}
                renderDocument={(id) => <DocumentView documentId={id} theme={theme} />}
              />
            </main>
            <StatusBar />
            <CommandPalette />
            <DialogHost />
            <NoticeHost />
          </DropTarget>
        </ErrorBoundary>
      </div>
    </FluentProvider>
  );
}
