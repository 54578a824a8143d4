/** `thimble job …`: extraction jobs through the Connect API. */
import type { ConnectClient, ConnectReply } from '../../../client/connect-api.ts';
import type { Invocation } from '../command.ts';
import { connectApi, getId, printList, printReply } from '../connect-client.ts';

export async function start(invocation: Invocation): Promise<number> {
  const job = await connectApi(invocation).call('startJob', { params: { source_id: getId(invocation, 'source') } });
  return printReply(invocation, job, () => job.job_name);
}

export async function stop(invocation: Invocation): Promise<number> {
  const sourceId = getId(invocation, 'source');
  const reply = await connectApi(invocation).call('stopJob', { params: { source_id: sourceId } });
  return printReply(invocation, reply, () => `No job of source ${sourceId} runs any more.`);
}

export async function list(invocation: Invocation): Promise<number> {
  const client = connectApi(invocation);
  const accountId = (await client.call('listSources', {}))[0]?.stitch_client_id;
  const jobs = accountId === undefined ? [] : await listPages(client, accountId);
  return printList(invocation, jobs, (job) => ({
    source: job.source_id,
    tap: job.tap_name,
    started: job.start_time,
    completed: job.completion_time,
    problem: job.discovery_description ?? job.tap_description ?? job.target_description,
    job: job.job_name,
  }));
}

async function listPages(client: ConnectClient, accountId: number): Promise<ConnectReply<'listExtractions'>['data']> {
  const jobs = [];
  for (let page = 1; ; page += 1) {
    const { data, links } = await client.call('listExtractions', { params: { client_id: accountId }, query: { page: String(page) } });
    jobs.push(...data);
    if (links.next === undefined || data.length === 0) return jobs;
  }
}
