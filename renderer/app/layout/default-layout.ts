import type { IJsonModel, IJsonTabNode } from 'flexlayout-react';
import type { PaneId } from '../../client/panes.ts';

export const DOCUMENTS = 'documents';
/** Grows when stored layouts can't be read any more. */
export const LAYOUT_VERSION = 1;

export const PANE_TITLES: Readonly<Record<PaneId, string>> = {
  explorer: 'Explorer',
  history: 'History',
  saved: 'Saved',
  results: 'Results',
  chart: 'Chart',
  details: 'Details',
  errors: 'Problems',
  statistics: 'Statistics',
  jobs: 'Jobs',
};

export const paneTab = (pane: PaneId): IJsonTabNode => ({
  type: 'tab',
  id: pane,
  name: PANE_TITLES[pane],
  component: 'pane',
  enableClose: false,
});

export const documentTab = (id: string, title: string): IJsonTabNode => ({
  type: 'tab',
  id,
  name: title,
  component: 'document',
  enableRename: false,
  enableDrag: true,
});

export const viewTab = (id: string, title: string): IJsonTabNode => ({
  ...documentTab(id, title),
  component: 'view',
});

export const DEFAULT_LAYOUT: IJsonModel = {
  global: {
    tabEnableRename: false,
    tabEnablePopout: false,
    tabEnableRenderOnDemand: true,
    tabSetEnableMaximize: true,
    tabSetEnableDeleteWhenEmpty: true,
    tabSetEnableTabScrollbar: true,
    tabSetMinWidth: 120,
    tabSetMinHeight: 60,
    borderEnableAutoHide: true,
    borderSize: 340,
    enableEdgeDock: true,
  },
  borders: [{ type: 'border', location: 'right', children: [paneTab('details')], selected: -1 }],
  layout: {
    type: 'row',
    weight: 100,
    children: [
      {
        type: 'tabset',
        weight: 20,
        children: [paneTab('explorer'), paneTab('saved'), paneTab('history')],
      },
      {
        type: 'row',
        weight: 80,
        children: [
          {
            type: 'tabset',
            id: DOCUMENTS,
            weight: 42,
            enableDeleteWhenEmpty: false,
            children: [],
          },
          {
            type: 'tabset',
            weight: 58,
            children: [
              paneTab('results'),
              paneTab('chart'),
              paneTab('errors'),
              paneTab('statistics'),
              paneTab('jobs'),
            ],
          },
        ],
      },
    ],
  },
};
