import { pageQuery, pageSize } from '../../../contract/connect-api/page.ts';
import { AppError } from '../../../contract/errors.ts';
import { parseId } from '../parse-id.ts';
import type { ConnectSession } from './options.ts';

interface Page<Entry> {
  readonly data: Entry[];
  readonly page: number;
  readonly total: number;
  readonly links: { readonly next?: string; readonly previous?: string };
}

/** The account in a path must be the key's own. Throws `unauthorized`, as documented, not "unknown" (connect-api.md §1.2). */
export function requireOwnAccount({ accountId }: ConnectSession, digits: string | undefined): void {
  if (parseId(digits) !== accountId) throw new AppError('unauthorized', 'The API access key is not for this account.');
}

/** Answers the page a query asks for; `path` is that of the list. Throws `invalid_query` (connect-api.md §1.4). */
export async function answerPage<Entry>(
  path: string,
  query: unknown,
  list: (place: { offset: number; limit: number }) => Promise<{ total: number; entries: Entry[] }>,
): Promise<Page<Entry>> {
  const asked = pageQuery.safeParse(query);
  if (!asked.success) throw new AppError('invalid_query', 'page must be a whole number from 1.');
  const page = Number(asked.data.page ?? 1);
  const { total, entries } = await list({ offset: (page - 1) * pageSize, limit: pageSize });
  const link = (to: number): string => `${path}?page=${to}`;
  return {
    data: entries,
    page,
    total,
    links: {
      ...(page * pageSize < total ? { next: link(page + 1) } : {}),
      ...(page > 1 && total > pageSize ? { previous: link(page - 1) } : {}),
    },
  };
}
