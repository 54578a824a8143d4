/** How the app names what sends data into an integration: tokens of the Import API, or webhook URLs. */
import { isWebhookType } from '../../../contract/webhook-types.ts';

interface PushWords {
  /** Of one credential, within a sentence. */
  readonly one: string;
  /** At the head of the section of the settings. */
  readonly title: string;
  readonly generate: string;
  /** Of the page that shows one: title, label of the value, and the button that leaves it. */
  readonly shownTitle: string;
  readonly shownLabel: string;
  readonly leave: string;
  /** Of the form that creates the integration. */
  readonly kind: string;
  readonly formHelper: string;
  readonly save: string;
}

const tokens: PushWords = {
  one: 'token',
  title: 'API Access Tokens',
  generate: 'Generate Token',
  shownTitle: 'Generated API Token',
  shownLabel: 'Your Thimble API Token',
  leave: 'Close and Continue',
  kind: 'Import API',
  formHelper: 'Any program that can send HTTP can push records through it.',
  save: 'Save and Generate Token',
};

const webhookUrls: PushWords = {
  one: 'webhook URL',
  title: 'Webhook URLs',
  generate: 'Generate Webhook URL',
  shownTitle: 'Generated Webhook URL',
  shownLabel: 'Your Webhook URL',
  leave: 'Continue',
  kind: 'Incoming Webhooks',
  formHelper: 'Any service that can call a URL can send records through it.',
  save: 'Save Integration',
};

export function pushWords(type: string): PushWords {
  return isWebhookType(type) ? webhookUrls : tokens;
}
