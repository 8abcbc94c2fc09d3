import 'flexlayout-react/style/light.css';
import './dock-layout.css';
import { type Action, Actions, Layout, type Model, type TabNode } from 'flexlayout-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { PANES, type PaneId } from '../../client/panes.ts';
import { useServices } from '../../client/services.ts';
import type { Setting } from '../../client/settings-store.ts';
import { ErrorBoundary } from '../ErrorBoundary.tsx';
import { LAYOUT_VERSION } from './default-layout.ts';
import {
  documentTabs,
  modelOf,
  type StoredLayout,
  selectView,
  syncDocuments,
  syncViews,
} from './layout-model.ts';
import { createPaneController } from './pane-controller.ts';

export const LAYOUT_SETTING: Setting<unknown> = {
  key: 'layout',
  fallback: undefined,
  read: (stored) => stored,
};

const isPane = (id: string): id is PaneId => (PANES as readonly string[]).includes(id);

export interface DockLayoutProps {
  readonly renderPane: (pane: PaneId) => ReactNode;
  readonly renderDocument: (documentId: string) => ReactNode;
}

/** The docked panes and the document tabs; what is moved where is kept. */
export function DockLayout({ renderPane, renderDocument }: DockLayoutProps) {
  const services = useServices();
  const { session, settings, panes, commands, views } = services;
  const [model, setModel] = useState<Model>(() => {
    const initial = modelOf(settings.get(LAYOUT_SETTING));
    const { documents, activeId } = session.getState();
    syncDocuments(initial, documents, activeId);
    syncViews(initial, views.getState().tabs, activeId);
    return initial;
  });
  const modelRef = useRef(model);
  modelRef.current = model;

  const store = useCallback(() => {
    const stored: StoredLayout = { version: LAYOUT_VERSION, model: modelRef.current.toJson() };
    settings.set(LAYOUT_SETTING, stored);
    panes.layoutVersion.setState((s) => ({ version: s.version + 1 }));
  }, [settings, panes]);

  useEffect(
    () =>
      panes.attach(
        createPaneController({
          model: () => modelRef.current,
          replace: (next, keep) => {
            const { documents, activeId } = session.getState();
            syncDocuments(next, documents, activeId);
            syncViews(next, views.getState().tabs, activeId);
            modelRef.current = next;
            setModel(next);
            if (keep) store();
            else panes.layoutVersion.setState((s) => ({ version: s.version + 1 }));
          },
        }),
      ),
    [panes, session, views, store],
  );

  useEffect(
    () =>
      session.subscribe((now, before) => {
        if (now.documents !== before.documents || now.activeId !== before.activeId)
          syncDocuments(modelRef.current, now.documents, now.activeId);
      }),
    [session],
  );

  useEffect(
    () =>
      views.subscribe((now, before) => {
        const { activeId } = session.getState();
        if (now.tabs !== before.tabs) syncViews(modelRef.current, now.tabs, activeId);
        if (now.shown !== before.shown) selectView(modelRef.current, now.shown.id);
      }),
    [views, session],
  );

  function onAction(action: Action): Action | undefined {
    if (action.type === Actions.DELETE_TAB) {
      const id = String(action.data.node);
      if (session.getState().documents.some((document) => document.id === id)) {
        // Closing goes through the session, which then closes the tab.
        commands.execute('documents.close', id);
        return undefined;
      }
      if (views.getState().tabs.some((tab) => tab.id === id)) {
        views.close(id);
        return undefined;
      }
    }
    return action;
  }

  function onModelChange(changed: Model, action: Action): void {
    if (action.type === Actions.SELECT_TAB || action.type === Actions.SET_ACTIVE_TABSET) {
      const { documents, activeId } = session.getState();
      const chosen =
        action.type === Actions.SELECT_TAB
          ? String(action.data.tabNode)
          : changed.getActiveTabset()?.getSelectedNode()?.getId();
      if (chosen && chosen !== activeId && documents.some((document) => document.id === chosen))
        session.setState({ activeId: chosen });
    }
    if (action.type === Actions.MOVE_NODE) reorder(changed);
    store();
  }

  /** The order of the tabs is the order of the documents, and is restored with them. */
  function reorder(changed: Model): void {
    const order = documentTabs(changed).map((tab) => tab.getId());
    const { documents } = session.getState();
    session.setState({
      documents: documents.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id)),
    });
  }

  function factory(node: TabNode): ReactNode {
    const id = node.getId();
    const view = views.getState().tabs.find((tab) => tab.id === id);
    return (
      <ErrorBoundary what={node.getName()}>
        <section
          className="ca-pane"
          data-pane={isPane(id) ? id : view ? 'view' : 'document'}
          aria-label={node.getName()}
        >
          {isPane(id) ? renderPane(id) : view ? view.content : renderDocument(id)}
        </section>
      </ErrorBoundary>
    );
  }

  return (
    <Layout
      model={model}
      factory={factory}
      onAction={onAction}
      onModelChange={onModelChange}
      realtimeResize
      keyMap={{ closeTab: 'Delete' }}
      onAuxMouseClick={(node, event) => {
        const id = node.getId();
        if (event.button === 1) views.close(id);
        if (event.button === 1 && session.getState().documents.some((d) => d.id === id))
          commands.execute('documents.close', id);
      }}
    />
  );
}
