import { expect, type Locator, type Page } from '@playwright/test';

/** "Get data": from a dropped file to rows in a table. */
export class ImportWizard {
  readonly page: Page;
  readonly dialog: Locator;
  readonly table: Locator;
  readonly preview: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Get data' });
    this.table = this.dialog.getByRole('combobox', { name: 'Table' });
    this.preview = this.dialog.getByRole('table', { name: 'First rows of the data' });
  }

  /** Drops a file onto the window, as from the desk. */
  async drop(name: string, text: string): Promise<void> {
    const dataTransfer = await this.page.evaluateHandle(
      ([fileName, content]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], fileName, { type: 'text/csv' }));
        return transfer;
      },
      [name, text] as const,
    );
    const window = this.page.getByRole('region', { name: 'Calypso', exact: true });
    for (const event of ['dragenter', 'dragover', 'drop'])
      await window.dispatchEvent(event, { dataTransfer });
    await expect(this.preview).toBeVisible();
  }

  /** Type of a column, as it will be made. */
  typeOf(column: string): Locator {
    return this.preview.getByRole('combobox', { name: `Type of ${column}` });
  }

  /** Accepts what is proposed and waits for the report. */
  async accept(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(this.dialog.getByRole('button', { name: 'Query it' })).toBeVisible();
  }
}
