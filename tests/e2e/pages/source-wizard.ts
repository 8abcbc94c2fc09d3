import { expect, type Locator, type Page } from '@playwright/test';

/** "Get data" from a source that a table goes on following. */
export class SourceWizard {
  readonly page: Page;
  readonly dialog: Locator;
  readonly topics: Locator;
  readonly columns: Locator;
  readonly records: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Get data' });
    this.topics = this.dialog.getByRole('table', { name: 'The topics' });
    this.columns = this.dialog.getByRole('table', { name: 'Columns' });
    this.records = this.dialog.getByRole('table', { name: 'The last records' });
  }

  async open(source: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Import data' }).first().click();
    await this.dialog
      .getByRole('navigation', { name: 'Sources' })
      .getByRole('button', { name: source })
      .click();
  }

  /** A field by its label, which ends with a star where the field is required. */
  field(label: string): Locator {
    return this.dialog.getByLabel(new RegExp(`^${label}\\s*\\*?$`));
  }

  /** Fills fields of the form by their labels. */
  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) await this.field(label).fill(text);
  }

  /** Chooses an option of a drop-down by its text. */
  async choose(label: string, option: string): Promise<void> {
    await this.dialog.getByRole('combobox', { name: label }).click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  async tab(name: RegExp): Promise<void> {
    await this.dialog.getByRole('tab', { name }).click();
  }

  async press(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
  }

  /** Reads the last records and goes on to where the rows go. */
  async next(): Promise<void> {
    await this.press('Next');
    await expect(this.field('Name of the stream')).toBeVisible({ timeout: 90_000 });
  }
}
