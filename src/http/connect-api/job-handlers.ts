/** Handlers of extraction jobs and of what they did; the routes themselves are in contract/connect-api. */
import { startJobBody, type ExtractionPage } from '../../../contract/connect-api/jobs.ts';
import type { EphemeralToken } from '../../../contract/connect-api/sessions.ts';
import { AppError } from '../../../contract/errors.ts';
import { listExtractions } from '../../domain/job/list.ts';
import { startJob } from '../../domain/job/start.ts';
import { stopJob } from '../../domain/job/stop.ts';
import { createEphemeralToken } from '../../domain/session/ephemeral.ts';
import { parseBody } from '../json-body.ts';
import { parseId } from '../parse-id.ts';
import type { ConnectHandler } from './handlers.ts';
import { answerPage, requireOwnAccount } from './pages.ts';
import { presentExtraction } from './present-job.ts';

export const jobHandlers = {
  startJob: async ({ ctx, accountId }, { source_id }, body) => {
    if (body !== undefined) parseBody(startJobBody, body);
    return startJob(ctx, accountId, parseId(source_id));
  },
  stopJob: async ({ ctx, accountId }, { source_id }) => {
    await stopJob(ctx, accountId, parseId(source_id));
    return { status: 200 };
  },
  listExtractions: async (session, { client_id }, _body, query): Promise<ExtractionPage> => {
    requireOwnAccount(session, client_id);
    const { ctx, accountId } = session;
    return answerPage(`/v4/${accountId}/extractions`, query, async (place) => {
      const { total, jobs } = await listExtractions(ctx, accountId, place);
      return { total, entries: jobs.map((job) => presentExtraction(accountId, job)) };
    });
  },
  getExtractionLog: async (session, { client_id, job_name }) => {
    requireOwnAccount(session, client_id);
    // Logs are written by running taps, which is not built.
    throw new AppError('not_found', `There is no log of a job ${job_name}.`);
  },
} satisfies Record<string, ConnectHandler>;

export const sessionHandlers = {
  createEphemeralToken: async ({ ctx, isEphemeral }): Promise<EphemeralToken> => {
    // Or its hour would never end.
    if (isEphemeral) throw new AppError('access_denied', 'An ephemeral token cannot make another; send the API access key.');
    return { ephemeral_token: await createEphemeralToken(ctx) };
  },
} satisfies Record<string, ConnectHandler>;
