import { expect, type Locator, type Page } from '@playwright/test';

/** A tab that watches a table. */
export class LiveView {
  readonly page: Page;
  readonly pane: Locator;
  readonly grid: Locator;
  readonly state: Locator;
  readonly filter: Locator;
  readonly paused: Locator;
  readonly table: string;

  constructor(page: Page, table: string) {
    this.page = page;
    this.table = table;
    this.pane = page.getByRole('region', { name: `Live rows of ${table}` });
    this.grid = this.pane.getByRole('grid');
    this.state = this.pane.getByTestId('live-state');
    this.filter = this.pane.getByRole('textbox', { name: 'Standing query' });
    this.paused = this.pane.getByRole('status').filter({ hasText: /^Paused/ });
  }

  /** By the command, as its keys run it. */
  async open(): Promise<void> {
    await this.page.keyboard.press('Control+Alt+l');
    await this.page.getByRole('textbox', { name: 'Table' }).fill(this.table);
    await this.page.getByRole('button', { name: 'Watch', exact: true }).click();
    await expect(this.state).toHaveText('Live');
  }

  async front(): Promise<void> {
    await this.page.getByRole('tab', { name: `${this.table} (live)` }).click();
  }

  /** A number of the footer: rows that are shown, have arrived, are stored. */
  async count(what: 'rows' | 'arrived' | 'stored' | 'skipped'): Promise<number> {
    const place = this.pane.getByTestId(`live-${what}`);
    if ((await place.count()) === 0) return 0;
    return Number(((await place.textContent()) ?? '').replaceAll(',', '').split(' ')[0]);
  }

  /** The texts of a column's visible cells; columns count from 1. */
  column(place: number): Promise<string[]> {
    return this.grid.locator(`[role=gridcell][aria-colindex="${place + 1}"]`).allInnerTexts();
  }

  async press(button: string): Promise<void> {
    await this.pane.getByRole('button', { name: button }).click();
  }
}
