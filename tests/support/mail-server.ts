/** A real mail server that keeps what it gets. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

interface ReceivedMail {
  readonly recipients: readonly string[];
  /** As it came. */
  readonly raw: string;
  /** Quoted-printable undone. */
  readonly text: string;
}

export interface MailServer {
  /** What Thimble is told of it. */
  readonly url: string;
  readonly received: readonly ReceivedMail[];
  stop(): Promise<void>;
}

export async function startMailServer(port = 0): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const text = raw
          .replaceAll('=\r\n', '')
          .replaceAll(/=([0-9A-F]{2})/g, (_code, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
        received.push({ recipients: session.envelope.rcptTo.map(({ address }) => address), raw, text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(port, '127.0.0.1', () => resolve()));
  return {
    url: mailServerUrl((smtp.server.address() as AddressInfo).port),
    received,
    stop: () =>
      new Promise<void>((resolve) => {
        smtp.close(() => resolve());
      }),
  };
}

export const mailServerUrl = (port: number): string => `smtp://127.0.0.1:${port}?ignoreTLS=true`;
