/** Sends what waits in the outbox through a mail server, one message at a time, until it is stopped. */
import { createTransport } from 'nodemailer';
import type { Outbox, OutgoingMail } from '../domain/mail/outbox.ts';
import { renderHtml } from './render-html.ts';
import { createTicker } from './ticker.ts';

export interface MailSender {
  start(): void;
  /** Ends after the message under way. */
  stop(): Promise<void>;
}

export interface MailSenderOptions {
  readonly outbox: Outbox;
  /** `smtp[s]://[user:password@]host[:port]`. */
  readonly url: string;
  readonly from: string;
  readonly log: { warn(fields: object, message: string): void };
  /** How often the outbox is looked at. */
  readonly everyMs?: number;
}

const timeoutMs = 20_000;

/** A sender for one mail server. A message may arrive twice when the process ends between sending and noting it. */
export function createMailSender({ outbox, url, from, log, everyMs = 1000 }: MailSenderOptions): MailSender {
  const transport = createTransport({
    url,
    requireTLS: mustEncrypt(url),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  let stopping = false;

  async function sendDue(): Promise<void> {
    for (const mail of await outbox.due()) {
      if (stopping) return;
      await send(mail);
    }
  }

  async function send({ id, recipient, subject, text }: OutgoingMail): Promise<void> {
    try {
      // An address as an object is never parsed for further ones.
      await transport.sendMail({ from, to: { name: '', address: recipient }, subject, text, html: renderHtml(text) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // Neither the recipient nor the text: it may hold a link.
      log.warn({ mailId: id, reason }, 'A message could not be sent; it is tried again later.');
      return outbox.failed(id, reason);
    }
    return outbox.sent(id);
  }

  const ticker = createTicker({
    everyMs,
    work: sendDue,
    onError: (error) => log.warn({ err: error }, 'The outbox could not be worked through; it is tried again.'),
  });

  return {
    start: () => ticker.start(),
    async stop() {
      stopping = true;
      await ticker.stop();
      transport.close();
    },
  };
}

/** A password goes out encrypted, also where somebody on the way hides that the server could: only this machine may have it in the clear. */
function mustEncrypt(url: string): boolean {
  const { username, hostname } = new URL(url);
  return username !== '' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
