import type { Locator, Page } from '@playwright/test';

/** The results pane: grid, search, column menus, footer. */
export class Results {
  readonly page: Page;
  readonly pane: Locator;
  readonly grid: Locator;
  readonly status: Locator;
  readonly selection: Locator;
  readonly search: Locator;

  constructor(page: Page) {
    this.page = page;
    this.pane = page.getByRole('region', { name: 'Results', exact: true });
    this.grid = this.pane.getByRole('grid');
    this.status = page.getByTestId('result-status');
    this.selection = this.pane.getByLabel('Selection', { exact: true });
    this.search = this.pane.getByRole('search', { name: 'Search in results' });
  }

  header(name: string): Locator {
    return this.grid.getByRole('columnheader', { name: new RegExp(`^${name},`) });
  }

  headers(): Locator {
    return this.grid
      .getByRole('columnheader')
      .filter({ hasNot: this.page.getByLabel('Row number') });
  }

  /** A cell by its place in the result; both count from 1. */
  cell(row: number, column: number): Locator {
    return this.grid.locator(`[aria-rowindex="${row + 1}"] [aria-colindex="${column + 1}"]`);
  }

  /** The cell that has the keyboard. */
  focused(): Locator {
    return this.grid.locator('[role=gridcell]:focus');
  }

  async columnMenu(column: string, item: string | RegExp): Promise<void> {
    await this.header(column).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: item }).click();
  }
}
