/** The numbered steps of a guide, and a walk along them that finds every label where the guide names it. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { parseGuide } from '../../tooling/guide-plugin.ts';
import type { Block, Inline } from '../../web/pages/guides/guide-blocks.ts';

export interface GuideStep {
  readonly text: string;
  /** What is bold in it: words one finds on the page. */
  readonly labels: readonly string[];
}

/** Waits for a label of the step and returns what bears it; fails on words the guide does not name there. */
export type See = (label: string, where?: Locator) => Promise<Locator>;

/** Does on the page what the step says. */
export type StepAct = (see: See) => Promise<unknown>;

/** The numbered steps of a guide by the heading they stand under. Throws when a heading has two lists of them. */
export function readGuideSteps(name: string): ReadonlyMap<string, readonly GuideStep[]> {
  return parseGuideSteps(readFileSync(new URL(`../../docs/guides/${name}.md`, import.meta.url), 'utf8'));
}

export function parseGuideSteps(markdown: string): ReadonlyMap<string, readonly GuideStep[]> {
  const sections = new Map<string, readonly GuideStep[]>();
  let heading = '';
  for (const block of parseGuide(markdown, () => undefined).blocks) {
    if (block.kind === 'heading') heading = textOf(block.children);
    if (block.kind !== 'list' || !block.ordered) continue;
    if (sections.has(heading)) throw new Error(`Two lists of steps under ${heading}.`);
    sections.set(
      heading,
      block.items.map((item) => readStep(item.flatMap(inlinesOf))),
    );
  }
  return sections;
}

/** Takes the steps in their order, each with its own act, which must see each of its labels. */
export async function walkSteps(page: Page, steps: readonly GuideStep[], acts: readonly StepAct[]): Promise<void> {
  expect(acts, 'one act for each step').toHaveLength(steps.length);
  for (const [index, { text, labels }] of steps.entries()) {
    const seen = new Set<string>();
    const see: See = async (label, where) => {
      if (!labels.includes(label)) throw new Error(`Step ${index + 1} does not name ${label}: ${text}`);
      const found = findLabel(page, label, where);
      await found.waitFor().catch(() => {
        throw new Error(`${label} is not on the page at step ${index + 1}: ${text}`);
      });
      seen.add(label);
      return found;
    };
    await acts[index]?.(see);
    expect([...seen].toSorted(), `labels seen at step ${index + 1}: ${text}`).toEqual([...new Set(labels)].toSorted());
  }
}

/** What bears these words and no others. The star of a required field is not part of its name. */
function findLabel(page: Page, label: string, where: Locator = page.locator('body')): Locator {
  const name = { name: label, exact: true } as const;
  return where
    .getByText(label, { exact: true })
    .or(where.getByRole('textbox', name))
    .or(where.getByRole('combobox', name))
    .filter({ visible: true })
    .first();
}

function readStep(inlines: readonly Inline[]): GuideStep {
  const labels = inlines.flatMap((part) => (typeof part !== 'string' && part.kind === 'strong' ? [textOf(part.children)] : []));
  return { text: textOf(inlines), labels };
}

function inlinesOf(block: Block): readonly Inline[] {
  return block.kind === 'paragraph' ? block.children : [];
}

function textOf(inlines: readonly Inline[]): string {
  return inlines.map((part) => (typeof part === 'string' ? part : part.kind === 'code' ? part.text : textOf(part.children))).join('');
}
