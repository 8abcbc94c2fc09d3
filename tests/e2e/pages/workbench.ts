import { expect, type Locator, type Page } from '@playwright/test';

/** Given here, because pictures and benches are taken without the settings of the tests. */
const SLOW = { timeout: 90_000 };

/** The whole window: explorer, tabs, editor, results, menu, as a person meets them. */
export class Workbench {
  readonly page: Page;
  readonly explorer: Locator;
  /** The text field of the open tab's editor. */
  readonly editor: Locator;
  readonly grid: Locator;
  readonly resultStatus: Locator;
  readonly notifications: Locator;
  /** The picture that `render` asked for. */
  readonly chart: Locator;

  constructor(page: Page) {
    this.page = page;
    this.explorer = page.getByRole('tree', { name: 'Databases' });
    this.editor = page.getByRole('textbox', { name: 'Query' });
    this.grid = page.getByRole('grid', { name: /^Results of/ });
    this.resultStatus = page.getByTestId('result-status');
    this.chart = page.getByRole('region', { name: 'Chart', exact: true }).locator('.ch-plot');
    this.notifications = page.getByRole('log', { name: 'Notifications' });
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.ready();
  }

  /** The sample is there and a query can be typed. */
  async ready(): Promise<void> {
    await expect(this.table('Flights')).toBeVisible(SLOW);
    await expect(this.editor).toBeAttached(SLOW);
  }

  table(name: string): Locator {
    return this.explorer.getByRole('treeitem', { name: new RegExp(`^${name},`) });
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name, exact: true });
  }

  async menu(...path: readonly (string | RegExp)[]): Promise<void> {
    const [first, ...rest] = path;
    if (first === undefined) return;
    await this.page
      .getByRole('menubar')
      .getByRole('menuitem', { name: first, exact: true })
      .click();
    for (const name of rest)
      await this.page.getByRole('menu').getByRole('menuitem', { name }).first().click();
  }

  /** Replaces the text of the open tab, at once, so that no completion gets in. */
  async write(text: string): Promise<void> {
    await this.editor.focus();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.insertText(text);
    // Closes the list of completions, if one came up.
    await this.page.keyboard.press('Escape');
  }

  /** Runs the statement under the cursor and waits until it has ended. */
  async run(): Promise<void> {
    await this.editor.focus();
    await this.page.keyboard.press('Shift+Enter');
    await expect(this.page.getByTitle(/^Cancel the query/)).toBeDisabled(SLOW);
  }

  async query(text: string): Promise<void> {
    await this.write(text);
    await this.run();
  }

  /** Texts of the visible rows, without the row numbers. */
  async rows(): Promise<string[][]> {
    const rows = await this.grid.getByRole('rowgroup').getByRole('row').all();
    return Promise.all(rows.map((row) => row.getByRole('gridcell').allInnerTexts()));
  }
}
