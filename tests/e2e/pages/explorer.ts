import type { Locator, Page } from '@playwright/test';

/** The tree of databases. */
export class Explorer {
  readonly page: Page;
  readonly tree: Locator;
  readonly filter: Locator;
  readonly selected: Locator;

  constructor(page: Page) {
    this.page = page;
    this.tree = page.getByRole('tree', { name: 'Databases' });
    this.filter = page.getByRole('searchbox', { name: 'Filter the explorer' });
    this.selected = this.tree.locator('[role="treeitem"][aria-selected="true"]');
  }

  row(name: string): Locator {
    return this.tree.getByRole('treeitem', { name: new RegExp(`^${name}(,|$)`) });
  }

  /** Opens the context menu of a row and chooses an entry. */
  async choose(row: string, entry: string): Promise<void> {
    await this.row(row).click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: entry }).click();
  }
}
