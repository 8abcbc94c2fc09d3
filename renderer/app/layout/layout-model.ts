import {
  Actions,
  DockLocation,
  type IJsonModel,
  Model,
  type TabNode,
  TabSetNode,
} from 'flexlayout-react';
import type { Document } from '../../../common/contract/workspace.ts';
import { PANES } from '../../client/panes.ts';
import type { ViewTab } from '../../client/view-tabs.ts';
import {
  DEFAULT_LAYOUT,
  DOCUMENTS,
  documentTab,
  LAYOUT_VERSION,
  viewTab,
} from './default-layout.ts';

export interface StoredLayout {
  readonly version: number;
  readonly model: IJsonModel;
}

/** A model of a stored layout; of the default one where the stored one is of another time or damaged. */
export function modelOf(stored: unknown): Model {
  if (isStored(stored)) {
    try {
      const model = Model.fromJson(stored.model);
      const complete =
        PANES.every((pane) => model.getNodeById(pane)) && model.getNodeById(DOCUMENTS);
      if (complete) return model;
    } catch {
      // A layout that can't be read is no reason not to start.
    }
  }
  return Model.fromJson(DEFAULT_LAYOUT);
}

function isStored(value: unknown): value is StoredLayout {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === LAYOUT_VERSION &&
    'model' in value &&
    typeof value.model === 'object'
  );
}

/** Tabs of documents, wherever the person has put them. */
export const documentTabs = (model: Model): readonly TabNode[] => tabsOf(model, 'document');

function tabsOf(model: Model, component: 'document' | 'view'): readonly TabNode[] {
  const tabs: TabNode[] = [];
  model.visitNodes((node) => {
    if (node.getType() === 'tab' && (node as TabNode).getComponent() === component)
      tabs.push(node as TabNode);
  });
  return tabs;
}

/** Makes the tabs that are no documents agree with the open ones; those of an earlier session go. */
export function syncViews(model: Model, views: readonly ViewTab[], activeId: string): void {
  const open = new Set(views.map((view) => view.id));
  for (const tab of tabsOf(model, 'view'))
    if (!open.has(tab.getId())) model.doAction(Actions.deleteTab(tab.getId()));
  for (const { id, title } of views)
    if (!model.getNodeById(id)) {
      const home = homeOf(model, activeId);
      model.doAction(Actions.addTab(viewTab(id, title), home, DockLocation.CENTER, -1, true));
    }
}

export function selectView(model: Model, id: string): void {
  const tab = model.getNodeById(id) as TabNode | undefined;
  if (tab && !tab.isSelected()) model.doAction(Actions.selectTab(id));
}

/** Makes the tabs agree with the open documents: order of new ones, titles, and which one is in front. */
export function syncDocuments(
  model: Model,
  documents: readonly Document[],
  activeId: string,
): void {
  const open = new Set(documents.map((document) => document.id));
  for (const tab of documentTabs(model))
    if (!open.has(tab.getId())) model.doAction(Actions.deleteTab(tab.getId()));
  for (const document of documents) {
    const tab = model.getNodeById(document.id) as TabNode | undefined;
    if (!tab)
      model.doAction(
        Actions.addTab(
          documentTab(document.id, document.title),
          homeOf(model, activeId),
          DockLocation.CENTER,
          -1,
          document.id === activeId,
        ),
      );
    else if (tab.getName() !== document.title)
      model.doAction(Actions.renameTab(document.id, document.title));
  }
  const active = model.getNodeById(activeId) as TabNode | undefined;
  if (active && !active.isSelected()) model.doAction(Actions.selectTab(activeId));
}

/** The tab set of the active document, else the first one that holds documents. */
function homeOf(model: Model, activeId: string): string {
  const beside = model.getNodeById(activeId) ?? documentTabs(model)[0];
  const parent = beside?.getParent();
  return parent instanceof TabSetNode ? parent.getId() : DOCUMENTS;
}

/** The same layout without the tab sets that hold one of these tabs; undefined when nothing is left to hide. */
export function withoutTabSets(json: IJsonModel, tabIds: readonly string[]): IJsonModel {
  type Row = IJsonModel['layout'];
  const prune = (row: Row): Row => ({
    ...row,
    children: (row.children ?? []).flatMap((child) => {
      if (child.type === 'row') {
        const inner = prune(child as Row);
        return (inner.children ?? []).length > 0 ? [inner] : [];
      }
      const tabs = (child as { children?: { id?: string }[] }).children ?? [];
      return tabs.some((tab) => tab.id !== undefined && tabIds.includes(tab.id)) ? [] : [child];
    }),
  });
  return { ...json, layout: prune(json.layout) };
}
