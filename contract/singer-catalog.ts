/** The catalog a Singer tap prints on discovery (Singer specification, discovery mode). */
import { z } from 'zod';

const text = z.string().min(1).max(1000);
const json = z.record(z.string(), z.unknown());

const catalogStream = z.object({
  tap_stream_id: text,
  stream: text.optional(),
  schema: json,
  metadata: z
    .array(z.object({ breadcrumb: z.array(z.string()), metadata: json }))
    .nullish()
    .transform((entries) => entries ?? []),
  key_properties: z.array(z.string()).nullish(),
});

/** What a discovery found; keys it does not know are left out. */
export const singerCatalog = z.object({
  streams: z.array(catalogStream).max(20_000),
});

export type SingerCatalog = z.infer<typeof singerCatalog>;
