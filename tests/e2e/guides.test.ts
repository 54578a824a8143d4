/** The guides are true: each numbered step is done in the app, and each word they print in bold is found where they say. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { parseGuideSteps, readGuideSteps, walkSteps, type StepAct } from '../support/guide-steps.ts';
import { startPartnerApp, type PartnerAppProcess } from '../support/partner-app-process.ts';
import { startWebServer, type Person, type WebServer } from '../support/web-server.ts';
import { importTokens } from './walks/import-tokens.ts';
import { managingApiKeys } from './walks/managing-api-keys.ts';
import { partnerAccess } from './walks/partner-access.ts';
import type { Reader, Walk } from './walks/reader.ts';
import { rotatingWithoutInterruption } from './walks/rotating-without-interruption.ts';

const browser = useBrowser();
let server: WebServer;
let partners: Person;
let app: PartnerAppProcess;
beforeAll(async () => {
  server = await startWebServer();
  partners = await server.account();
  await server.addPartnerKeys(partners.accountId, ['Loom Works', 'Needle Point']);
  app = await startPartnerApp(server, { name: 'Thread Mill' });
});
afterAll(async () => {
  await app.stop();
  await server.stop();
});

async function start(person?: Person): Promise<Reader> {
  const ann = person ?? (await server.account());
  const client = await server.signIn(ann);
  const { page } = await browser.open(server.url, { cookie: String(client.cookie), elsewhere: [app.origin] });
  await page.goto('/');
  return { server, ann, client, page, partnerOrigin: app.origin };
}

const guides: Record<string, Record<string, Walk>> = {
  'managing-api-keys': managingApiKeys,
  'partner-access': partnerAccess,
  'import-tokens': importTokens,
  'rotating-without-interruption': rotatingWithoutInterruption,
};

describe.each(Object.keys(guides))('the guide %s', (name) => {
  const sections = readGuideSteps(name);
  const walks = guides[name] ?? {};

  it('has steps in the sections that are walked here, and in no other', () => {
    expect([...sections.keys()]).toEqual(Object.keys(walks));
  });

  it.each([...sections])('is walked under "%s"', async (section, steps) => {
    const reader = await start(name === 'partner-access' ? partners : undefined);
    const acts = await walks[section]?.(reader);
    await walkSteps(reader.page, steps, acts ?? []);
  });
});

describe('a walk', () => {
  const steps = (markdown: string): ReturnType<typeof parseGuideSteps> => parseGuideSteps(`# A guide\n\n## Begin\n\n${markdown}`);

  it('fails when a step was added, or its label is not on the page or not looked at', async () => {
    const { page } = await start();
    const walk = async (markdown: string, ...acts: StepAct[]): Promise<void> => walkSteps(page, steps(markdown).get('Begin') ?? [], acts);
    page.setDefaultTimeout(3000);
    const see: StepAct = (look) => look('Integrations');
    await walk('1. See **Integrations**.', see);
    await expect(walk('1. See **Integrations**.\n2. And go.', see)).rejects.toThrow(/one act for each step/);
    await expect(walk('1. See **Integrations** and **Bobbins**.', see)).rejects.toThrow(/labels seen at step 1/);
    await expect(walk('1. See **Bobbins**.', see)).rejects.toThrow(/does not name Integrations/);
    await expect(walk('1. See **Bobbins**.', (look) => look('Bobbins'))).rejects.toThrow(/Bobbins is not on the page/);
  });

  it('reads steps by heading, and refuses two lists under one', () => {
    expect(steps('1. Choose **Save** and [read **more**](x.md).\n2. Go.').get('Begin')).toEqual([
      { text: 'Choose Save and read more.', labels: ['Save'] },
      { text: 'Go.', labels: [] },
    ]);
    expect(() => steps('1. One.\n\nAnd:\n\n1. Two.')).toThrow(/Two lists/);
  });
});
