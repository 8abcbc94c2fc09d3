import type { Locator, Page } from '@playwright/test';

/** The editor of the open tab, with what pops up around it. */
export class QueryEditor {
  readonly page: Page;
  readonly input: Locator;
  readonly suggestions: Locator;
  readonly parameters: Locator;
  readonly hover: Locator;
  /** Lines as they are drawn. */
  readonly lines: Locator;
  /** Marked as wrong. */
  readonly squiggles: Locator;

  constructor(page: Page) {
    this.page = page;
    const pane = page.locator('[data-pane="document"]:visible');
    this.input = pane.getByRole('textbox', { name: 'Query' });
    this.lines = pane.locator('.view-line');
    this.squiggles = pane.locator('.squiggly-error');
    this.suggestions = page.locator('.suggest-widget.visible');
    this.parameters = page.locator('.parameter-hints-widget.visible');
    this.hover = page.locator('.monaco-hover:visible');
  }

  /** Types key by key, as a person does: completion and closing brackets take part. */
  async type(text: string): Promise<void> {
    await this.input.focus();
    await this.page.keyboard.type(text, { delay: 30 });
  }

  /** The text, with plain spaces. */
  async text(): Promise<string> {
    const lines = await this.lines.evaluateAll((elements) =>
      elements
        .map((element) => ({
          top: Number.parseInt((element as HTMLElement).style.top, 10),
          text: element.textContent ?? '',
        }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text),
    );
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  suggestion(name: string): Locator {
    return this.suggestions.locator('.monaco-list-row', { hasText: name });
  }
}
