/** Pages of the lists that have them (connect-api.md §1.4). */
import { z } from 'zod';

/** Entries on one page. */
export const pageSize = 100;

/** Query of the paged lists: 1-based. */
export const pageQuery = z.object({
  page: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .optional(),
});

/** Page envelope: `links` has only the links there are, as origin-relative paths. */
export function page<Entry extends z.ZodType>(
  entry: Entry,
): z.ZodObject<
  {
    data: z.ZodArray<Entry>;
    page: z.ZodInt;
    total: z.ZodInt;
    links: z.ZodObject<{ next: z.ZodOptional<z.ZodString>; previous: z.ZodOptional<z.ZodString> }, z.core.$strict>;
  },
  z.core.$strict
> {
  return z.strictObject({
    data: z.array(entry),
    page: z.int(),
    total: z.int(),
    links: z.strictObject({ next: z.string().optional(), previous: z.string().optional() }),
  });
}
