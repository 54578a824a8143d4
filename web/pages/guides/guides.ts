import type { Guide } from './guide-blocks.ts';

const files = import.meta.glob<Guide>('../../../docs/guides/*.md', { import: 'guide', eager: true });

/** In the order of reading; others follow. */
const order = [
  'first-push',
  'import-tokens',
  'managing-api-keys',
  'rotating-without-interruption',
  'partner-access',
  'connect-from-your-application',
];

/** Every guide by the name in its address. */
export const guides: ReadonlyMap<string, Guide> = new Map(
  Object.entries(files)
    .map(([path, guide]) => [path.replace(/^.*\/(.+)\.md$/, '$1'), guide] as const)
    .toSorted(([a], [b]) => place(a) - place(b) || a.localeCompare(b)),
);

function place(name: string): number {
  const index = order.indexOf(name);
  return index === -1 ? order.length : index;
}
