import { z } from 'zod';
import { commonErrors, jobErrors } from './errors.ts';
import { page, pageQuery } from './page.ts';
import type { ConnectRoute } from './route.ts';
import { timestamp } from './sources.ts';

/** A job needs nothing said about it: no body, or `{}` (connect-api.md §8.2). */
export const startJobBody = z.strictObject({});

const exitStatus = z.int().nullable();
const description = z.string().nullable();

/** The job a source completed last (connect-api.md §8.4, A14). */
const extraction = z.strictObject({
  job_name: z.string(),
  stitch_client_id: z.int(),
  source_id: z.int(),
  source_type: z.string(),
  tap_name: z.string(),
  start_time: timestamp,
  completion_time: timestamp,
  discovery_exit_status: exitStatus,
  discovery_description: description,
  tap_exit_status: exitStatus,
  tap_description: description,
  target_exit_status: exitStatus,
  target_description: description,
});

const extractionPage = page(extraction);

export type Extraction = z.infer<typeof extraction>;
export type ExtractionPage = z.infer<typeof extractionPage>;

const invalidSource = { status: 400, shape: 'S2', code: 'invalid_source' } as const;

export const jobRoutes = {
  startJob: {
    method: 'POST',
    path: '/v4/sources/{source_id}/sync',
    summary: 'Start an extraction job',
    body: startJobBody.optional(),
    response: z.strictObject({ job_name: z.string() }),
    errors: {
      ...jobErrors,
      invalid_source: invalidSource,
      already_running: { status: 200, shape: 'S2', code: 'already_running' },
      job_refused: { status: 400, shape: 'S2', code: 'generic' },
    },
  },
  stopJob: {
    method: 'DELETE',
    path: '/v4/sources/{source_id}/sync',
    summary: 'Stop the extraction job of a source',
    response: z.strictObject({ status: z.literal(200) }),
    errors: { ...jobErrors, invalid_source: invalidSource },
  },
  listExtractions: {
    method: 'GET',
    path: '/v4/{client_id}/extractions',
    summary: 'List the job each source completed last',
    query: pageQuery,
    response: extractionPage,
    errors: { ...commonErrors, invalid_query: { status: 400, shape: 'S1', code: 'InvalidQuery' } },
  },
  getExtractionLog: {
    method: 'GET',
    path: '/v4/{client_id}/extractions/{job_name}',
    summary: 'Get the address of the log of an extraction job',
    response: z.strictObject({ location: z.string() }),
    errors: commonErrors,
    redirects: true,
  },
} as const satisfies Record<string, ConnectRoute>;
